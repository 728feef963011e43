import { DomainError } from '#domain/errors.js'
import type { JsonObject } from '#domain/json.js'
import { AMOUNT_MAX, exponentOf } from '#domain/money.js'
import { LATER_FIELDS, LATER_REFUND_FIELDS } from '#domain/payments/later-fields.js'
import { takenStatus, type Payment, type PaymentStatus, type Refund } from '#domain/payments/payment.js'
import { momentIn } from '../engine/moment.js'
import { keeping, notOurs, text, type Row } from '../engine/row.js'
import { meaningOf, type EarlierMapping, type MappedField } from './earlier-mapping.js'

/** Whether the earlier application has written the row: each of ours has the key of our indexes. */
export function isEarlier (row: Row): boolean {
  return row['createdKey'] === undefined
}

/**
 * A reader of payments that the earlier application has stored, which have version 0. Their amounts have the unit of the mapping, or else are taken to be major units, for
 * the whole table and whatever a row looks like: DynamoDB cannot tell 50 from 50.0. What the row holds beside it is kept. The reader throws
 * `UnreadableRow` for a row without a payer, an amount or a currency in use.
 */
export function earlierReader (mapping: EarlierMapping): (row: Row) => Payment {
  return keeping([], (row) => read(row, mapping))
}

function read (row: Row, mapping: EarlierMapping): Payment {
  const { fields, defaults } = mapping
  const valueOf = (field: MappedField): unknown => row[fields[field] ?? field]
  const paymentId = text(row, 'paymentId')
  const currency = textOr(valueOf('currency'), defaults.currency ?? '').toUpperCase()
  const exponent = exponentIn(currency, mapping)
  const amount = minorUnits(valueOf('amount'), 'amount', exponent)
  const createdAt = momentIn(valueOf('createdAt')) ?? momentIn(row['timestamp']) ?? momentIn(valueOf('updatedAt')) ?? NO_TIME
  const updatedAt = momentIn(valueOf('updatedAt')) ?? createdAt
  const status = statusIn(row, mapping)
  const isTaken = amount > 0 && (status === 'succeeded' || status === 'refunded' || status === 'partially_refunded')
  const refunded = isTaken ? refundedIn(valueOf('refundAmount'), { amount, exponent, status }) : 0
  const payment: Payment = {
    ...LATER_FIELDS,
    paymentId,
    orderId: textOr(valueOf('orderId'), paymentId),
    userId: text(row, 'userId'),
    sellerId: textOr(valueOf('sellerId'), null),
    amount,
    currency,
    status,
    capturedAmount: isTaken ? amount : 0,
    refundedAmount: refunded,
    refunds: refunded === 0 ? [] : [refundOf(refunded, updatedAt)],
    disputes: [],
    provider: textOr(valueOf('provider'), defaults.provider ?? 'earlier'),
    providerReference: textOr(valueOf('providerReference'), null),
    nextAction: null,
    failure: null,
    flags: [],
    description: textOr(valueOf('description'), null),
    items: [],
    metadata: metadataIn(valueOf('metadata')),
    returnUrl: null,
    buyerEmail: null,
    shippingAddress: null,
    createdAt,
    updatedAt,
    version: 0,
    lease: { owner: '', epoch: 0, until: null },
    followUp: null,
    fingerprint: '',
    earlier: { amountAssumed: mapping.amountUnit === null, reference: null },
  }
  return isTaken ? { ...payment, status: takenStatus(payment) } : payment
}

const NO_TIME = '1970-01-01T00:00:00.000Z'

/** A word that nothing maps is shown as it is. */
function statusIn (row: Row, mapping: EarlierMapping): PaymentStatus {
  if (row['status'] == null) return mapping.defaults.status ?? 'pending'
  const word = text(row, 'status')
  return meaningOf(word, mapping) ?? word as PaymentStatus
}

interface Taken {
  readonly amount: number
  readonly exponent: number
  readonly status: PaymentStatus
}

/** What was given back. A refunded payment that does not say how much was refunded in full. */
function refundedIn (value: unknown, { amount, exponent, status }: Taken): number {
  if (value == null) return status === 'refunded' ? amount : status === 'succeeded' ? 0 : notOurs('refundAmount')
  const refunded = minorUnits(value, 'refundAmount', exponent)
  return refunded <= amount ? refunded : notOurs('refundAmount')
}

function refundOf (amount: number, createdAt: string): Refund {
  return {
    ...LATER_REFUND_FIELDS, refundId: 'earlier', amount, status: 'succeeded', reason: null, createdAt, lease: { owner: 'provider', epoch: 1, until: null }, fingerprint: '', origin: 'provider',
  }
}

/** Whole minor units of an amount, a number or its text. What a float adds at its end does not count. */
function minorUnits (value: unknown, attribute: string, exponent: number): number {
  const stored = typeof value === 'string' && /^\d{1,15}(?:\.\d+)?$/.test(value) ? Number(value) : value
  if (typeof stored !== 'number') return notOurs(attribute)
  const exact = stored * 10 ** exponent
  const minor = Math.round(exact)
  return Math.abs(exact - minor) < 1e-4 && minor >= 0 && minor <= AMOUNT_MAX ? minor : notOurs(attribute)
}

/** Digits of a stored amount after the decimal point of minor units. */
function exponentIn (currency: string, { amountUnit }: EarlierMapping): number {
  try {
    const exponent = exponentOf(currency)
    return amountUnit === 'minor' ? 0 : exponent
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
