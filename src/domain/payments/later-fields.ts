import { withoutFirst } from '../first-values.js'
import type { Dispute, Payment, Refund } from './payment.js'

/** The fields that payments from before them lack, with their values there. */
export const LATER_FIELDS = {
  taken: null,
  causes: [],
  returnKey: null,
  expiresAt: null,
  installments: 1,
  discountAmount: 0,
  shippingAmount: 0,
  taxAmount: 0,
  orderSigned: false,
  payerEmail: null,
  roomId: null,
  productId: null,
  shipments: [],
  earlier: null,
} as const satisfies Partial<Payment>
export const LATER_REFUND_FIELDS = { origin: 'service', reference: null, charge: null, failure: null, charged: null } as const satisfies Partial<Refund>
export const LATER_DISPUTE_FIELDS = { currency: null, at: null, charge: null, createdAt: null } as const satisfies Partial<Dispute>

/** A payment that another version stored, with the fields that were added since. */
export function withLaterFields (stored: Payment): Payment {
  return {
    ...LATER_FIELDS,
    ...stored,
    refunds: stored.refunds.map((refund) => ({ ...LATER_REFUND_FIELDS, ...refund })),
    disputes: stored.disputes.map((dispute) => ({ ...LATER_DISPUTE_FIELDS, ...dispute })),
  }
}

/** The payment as an earlier version stores it: a later field that has its first value is left out. */
export function withoutLaterFields (payment: Payment): Payment {
  return {
    ...withoutFirst(payment, LATER_FIELDS),
    refunds: payment.refunds.map((refund) => withoutFirst(refund, LATER_REFUND_FIELDS)),
    disputes: payment.disputes.map((dispute) => withoutFirst(dispute, LATER_DISPUTE_FIELDS)),
  }
}
