import { DomainError } from '#domain/errors.js'
import type { JsonObject } from '#domain/json.js'
import { AMOUNT_MAX, exponentOf } from '#domain/money.js'
import { LATER_FIELDS } from '#domain/payments/later-fields.js'
import type { Payment, PaymentStatus } from '#domain/payments/payment.js'
import { momentIn } from '../engine/moment.js'
import { notOurs, text, type Row } from '../engine/row.js'

/** Whether the earlier application has written the row: each of ours has a version. */
export function isEarlier (row: Row): boolean {
  return row['version'] === undefined && row['createdKey'] === undefined
}

/** What the earlier application calls statuses that we call otherwise. */
const STATUSES: ReadonlyMap<unknown, PaymentStatus> = new Map<unknown, PaymentStatus>([
  ['completed', 'succeeded'], ['success', 'succeeded'], ['cancelled', 'canceled'], [undefined, 'pending'], [null, 'pending'],
])

/**
 * A payment of the earlier application. Its amounts are taken to be major units, for the whole table and whatever a row looks like: DynamoDB
 * cannot tell 50 from 50.0. No rule writes, charges or refunds it.
 *
 * @throws UnreadableRow for a row without a payer, an amount or a currency in use
 */
export function earlierPaymentOf (row: Row): Payment {
  const paymentId = text(row, 'paymentId')
  const currency = text(row, 'currency')
  const amount = minorUnits(row, 'amount', currency)
  const createdAt = momentIn(row['createdAt']) ?? momentIn(row['timestamp']) ?? momentIn(row['updatedAt']) ?? NO_TIME
  const status = STATUSES.get(row['status']) ?? text(row, 'status') as PaymentStatus
  const isTaken = status === 'succeeded' || status === 'refunded'
  const refundedAmount = row['refundAmount'] == null ? amount : minorUnits(row, 'refundAmount', currency)
  return {
    ...LATER_FIELDS,
    paymentId,
    orderId: textOr(row['orderId'], paymentId),
    userId: text(row, 'userId'),
    sellerId: textOr(row['sellerId'], null),
    amount,
    currency,
    status,
    capturedAmount: isTaken ? amount : 0,
    refundedAmount: status === 'refunded' ? refundedAmount : 0,
    refunds: [],
    disputes: [],
    provider: textOr(row['provider'], 'earlier'),
    providerReference: textOr(row['providerReference'], null),
    nextAction: null,
    failure: null,
    flags: [],
    description: textOr(row['description'], null),
    items: [],
    metadata: metadataIn(row['metadata']),
    returnUrl: null,
    buyerEmail: null,
    shippingAddress: null,
    createdAt,
    updatedAt: momentIn(row['updatedAt']) ?? createdAt,
    version: 0,
    lease: { owner: '', epoch: 0, until: null },
    followUp: null,
    fingerprint: '',
    earlier: { amountAssumed: true },
  }
}

const NO_TIME = '1970-01-01T00:00:00.000Z'

/** Whole minor units of an amount in major units, a number or its text. What a float adds at its end does not count. */
function minorUnits (row: Row, attribute: string, currency: string): number {
  const value = row[attribute]
  const major = typeof value === 'string' && /^\d{1,15}(?:\.\d+)?$/.test(value) ? Number(value) : value
  if (typeof major !== 'number') return notOurs(attribute)
  const exact = major * 10 ** exponentIn(currency)
  const minor = Math.round(exact)
  return Math.abs(exact - minor) < 1e-4 && minor >= 0 && minor <= AMOUNT_MAX ? minor : notOurs(attribute)
}

function exponentIn (currency: string): number {
  try {
    return exponentOf(currency)
  } catch (error) {
    if (error instanceof DomainError) return notOurs('currency')
    throw error
  }
}

function textOr<T extends string | null> (value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise
}

function metadataIn (value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as JsonObject : {}
}
