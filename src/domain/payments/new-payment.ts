import { DomainError } from '../errors.js'
import { checkMetadata } from '../json.js'
import { money } from '../money.js'
import type { Timestamp } from '../time.js'
import { LATER_FIELDS } from './later-fields.js'
import type { Payment } from './payment.js'

export type PaymentDraft = Pick<Payment, 'orderId' | 'userId' | 'sellerId' | 'amount' | 'currency' | 'provider' | 'description' |
  'items' | 'metadata' | 'returnUrl' | 'buyerEmail' | 'shippingAddress'> &
  Partial<Pick<Payment, 'expiresAt' | 'installments' | 'discountAmount' | 'shippingAmount' | 'taxAmount' | 'orderSigned' | 'payerEmail' | 'roomId' | 'productId'>>

export interface PaymentIntent {
  readonly paymentId: string
  readonly fingerprint: string
  readonly returnKey?: string
  readonly owner: string
  readonly until: Timestamp
  readonly now: Timestamp
}

/** @throws invalid_amount, unsupported_currency, items_total_mismatch, metadata_too_large */
export function newPayment (draft: PaymentDraft, intent: PaymentIntent): Payment {
  money(draft.amount, draft.currency)
  checkSums({ ...LATER_FIELDS, ...draft })
  checkMetadata(draft.metadata)
  return {
    ...LATER_FIELDS,
    ...draft,
    paymentId: intent.paymentId,
    status: 'pending',
    capturedAmount: 0,
    refundedAmount: 0,
    refunds: [],
    disputes: [],
    providerReference: null,
    nextAction: null,
    failure: null,
    flags: [],
    createdAt: intent.now,
    updatedAt: intent.now,
    version: 1,
    lease: { owner: intent.owner, epoch: 1, until: intent.until },
    followUp: null,
    fingerprint: intent.fingerprint,
    returnKey: intent.returnKey ?? null,
  }
}

type Sums = Pick<Payment, 'amount' | 'items' | 'discountAmount' | 'shippingAmount' | 'taxAmount'>

/** Items − discount + shipping + tax = amount. Tax stands beside the items only where their prices do not contain it. */
function checkSums ({ amount, items, discountAmount, shippingAmount, taxAmount }: Sums): void {
  const besides = [discountAmount, shippingAmount, taxAmount]
  if (!besides.every((sum) => sum === 0 || isCount(sum))) throw new DomainError('invalid_amount', 'discountAmount, shippingAmount and taxAmount are whole numbers, zero or more')
  if (items.length === 0) {
    if (besides.every((sum) => sum === 0)) return
    throw new DomainError('items_total_mismatch', 'discountAmount, shippingAmount and taxAmount stand beside items, and there are none')
  }
  if (!items.every(({ quantity, unitAmount }) => isCount(quantity) && isCount(unitAmount))) {
    throw new DomainError('invalid_amount', 'quantity and unitAmount of an item are whole numbers above zero')
  }
  const total = items.reduce((sum, item) => sum + item.quantity * item.unitAmount, 0)
  if (discountAmount > total) throw new DomainError('items_total_mismatch', 'discountAmount is more than the items cost')
  if (total - discountAmount + shippingAmount + taxAmount !== amount) {
    throw new DomainError('items_total_mismatch', 'the items, less discountAmount, with shippingAmount and taxAmount, add up to another sum than the amount')
  }
}

function isCount (value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}
