import type { Lease } from '#domain/lease.js'
import type { Cause, DeliveryAddress, Dispute, Earlier, Failure, FollowUp, Item, NextAction, Payment, PaymentStatus, Refund, Taken } from '#domain/payments/payment.js'
import type { ShippedItems } from '#domain/payments/shipped-items.js'
import { LATER_FIELDS, LATER_REFUND_FIELDS, withoutLaterFields } from '#domain/payments/later-fields.js'
import { shardOf } from '#domain/shard.js'
import { createdKey, dayOf } from '#domain/time.js'
import { dueShardOf } from '../engine/read.js'
import { flag, integer, integerOrNull, keeping, map, mapOrNull, maps, metadataOf, storedMetadata, text, textOrNull, word, wordOrNull, words, type Row } from '../engine/row.js'

export function paymentKey ({ createdAt, paymentId }: Payment): string {
  return createdKey(createdAt, paymentId)
}

export function userStatus (userId: string, status: PaymentStatus): string {
  return `${userId}#${status}`
}

export function providerRef (provider: string, providerReference: string): string {
  return `${provider}#${providerReference}`
}

/** The partitions in which the payments of a day lie. */
export function adminBuckets (day: string, shards: number): readonly string[] {
  return Array.from({ length: shards }, (_, shard) => `${day}#${shard}`)
}

function adminBucket ({ createdAt, paymentId }: Payment, shards: number): string {
  return `${dayOf(createdAt)}#${shardOf(paymentId, shards)}`
}

/**
 * @param writeToken names the write, so that a repeat whose first answer was lost recognises its own row
 * @param shards how many buckets the register has for the day of the payment
 */
export function paymentRow (payment: Payment, writeToken: string, shards: number): Row {
  const { followUp, ...rest } = withoutLaterFields(payment)
  const { provider, providerReference } = rest
  return {
    ...rest,
    // The attribute keeps the name that rows of every version have.
    check: followUp,
    ...(providerReference === null ? {} : { providerRef: providerRef(provider, providerReference) }),
    ...(followUp === null ? {} : { dueShard: dueShardOf(payment.paymentId), dueAt: followUp.dueAt }),
    metadata: storedMetadata(payment.metadata),
    createdKey: paymentKey(payment),
    userStatus: userStatus(payment.userId, payment.status),
    adminBucket: adminBucket(payment, shards),
    writeToken,
  }
}

/** Attributes that `paymentRow` makes of the payment; `check` is its follow-up. */
const DERIVED = ['check', 'providerRef', 'dueShard', 'dueAt', 'createdKey', 'userStatus', 'adminBucket', 'writeToken']

/** @throws UnreadableRow for a row that is no payment of ours */
export const paymentOf = keeping(DERIVED, (row): Payment => ({
  paymentId: text(row, 'paymentId'),
  orderId: text(row, 'orderId'),
  userId: text(row, 'userId'),
  sellerId: textOrNull(row, 'sellerId'),
  amount: integer(row, 'amount'),
  currency: text(row, 'currency'),
  status: word(row, 'status'),
  capturedAmount: integer(row, 'capturedAmount'),
  refundedAmount: integer(row, 'refundedAmount'),
  refunds: maps(row, 'refunds').map(refundOf),
  disputes: maps(row, 'disputes').map(disputeOf),
  provider: text(row, 'provider'),
  providerReference: textOrNull(row, 'providerReference'),
  nextAction: mapOrNull(row, 'nextAction') as NextAction | null,
  failure: mapOrNull(row, 'failure') as Failure | null,
  flags: words(row, 'flags'),
  description: textOrNull(row, 'description'),
  items: maps(row, 'items').map(itemOf),
  metadata: metadataOf(row),
  returnUrl: textOrNull(row, 'returnUrl'),
  buyerEmail: textOrNull(row, 'buyerEmail'),
  shippingAddress: mapOrNull(row, 'shippingAddress') as DeliveryAddress | null,
  createdAt: text(row, 'createdAt'),
  updatedAt: text(row, 'updatedAt'),
  version: integer(row, 'version'),
  lease: leaseOf(map(row, 'lease')),
  // Rows from before follow-ups have no such attribute.
  followUp: followUpIn(mapOrNull(row, 'check')),
  fingerprint: text(row, 'fingerprint'),
  // Rows from before these fields lack them.
  taken: takenIn(mapOrNull(row, 'taken')),
  causes: row['causes'] === undefined ? LATER_FIELDS.causes : maps(row, 'causes').map(causeOf),
  returnKey: textOrNull(row, 'returnKey'),
  expiresAt: textOrNull(row, 'expiresAt'),
  installments: integerOrNull(row, 'installments') ?? LATER_FIELDS.installments,
  discountAmount: integerOrNull(row, 'discountAmount') ?? LATER_FIELDS.discountAmount,
  shippingAmount: integerOrNull(row, 'shippingAmount') ?? LATER_FIELDS.shippingAmount,
  taxAmount: integerOrNull(row, 'taxAmount') ?? LATER_FIELDS.taxAmount,
  orderSigned: row['orderSigned'] === undefined ? LATER_FIELDS.orderSigned : flag(row, 'orderSigned'),
  payerEmail: textOrNull(row, 'payerEmail'),
  roomId: textOrNull(row, 'roomId'),
  productId: textOrNull(row, 'productId'),
  shipments: row['shipments'] === undefined ? LATER_FIELDS.shipments : maps(row, 'shipments').map(shippedOf),
  earlier: earlierIn(mapOrNull(row, 'earlier')),
}))

function earlierIn (row: Row | null): Earlier | null {
  return row === null ? null : earlierOf(row)
}

/** It keeps what the earlier application had stored in place of our attributes. */
const earlierOf = keeping([], (row): Earlier => ({ amountAssumed: flag(row, 'amountAssumed'), reference: textOrNull(row, 'reference') }))

function takenIn (row: Row | null): Taken | null {
  return row === null ? null : takenOf(row)
}

const takenOf = keeping([], (row): Taken => ({
  amount: integer(row, 'amount'), currency: text(row, 'currency'), reference: text(row, 'reference'), installments: integer(row, 'installments'),
}))

const shippedOf = keeping([], (row): ShippedItems => ({
  shipmentId: text(row, 'shipmentId'),
  items: maps(row, 'items').map((item) => ({ index: integer(item, 'index'), quantity: integer(item, 'quantity') })),
  state: word(row, 'state'),
  // Shipments to the buyer do not have it.
  ...(row['direction'] !== undefined && { direction: word(row, 'direction') }),
}))

const causeOf = keeping([], (row): Cause => ({
  flag: word(row, 'flag'), reference: textOrNull(row, 'reference'), amount: integerOrNull(row, 'amount'), at: text(row, 'at'), decision: wordOrNull(row, 'decision'),
  ...(row['decided'] != null && { decided: decidedOf(map(row, 'decided')) }),
}))

const decidedOf = keeping([], (row): NonNullable<Cause['decided']> => ({ by: textOrNull(row, 'by'), at: text(row, 'at'), note: text(row, 'note') }))

function followUpIn (row: Row | null): FollowUp | null {
  return row === null ? null : followUpOf(row)
}

const followUpOf = keeping([], (row): FollowUp => ({ tries: integer(row, 'tries'), dueAt: text(row, 'dueAt') }))

const refundOf = keeping([], (row): Refund => ({
  refundId: text(row, 'refundId'),
  amount: integer(row, 'amount'),
  status: word(row, 'status'),
  reason: textOrNull(row, 'reason'),
  createdAt: text(row, 'createdAt'),
  lease: leaseOf(map(row, 'lease')),
  fingerprint: text(row, 'fingerprint'),
  origin: wordOrNull(row, 'origin') ?? LATER_REFUND_FIELDS.origin,
  reference: textOrNull(row, 'reference'),
  charge: textOrNull(row, 'charge'),
  failure: mapOrNull(row, 'failure') as Failure | null,
  charged: integerOrNull(row, 'charged'),
}))

const disputeOf = keeping([], (row): Dispute => ({
  disputeId: text(row, 'disputeId'),
  amount: integer(row, 'amount'),
  status: word(row, 'status'),
  currency: textOrNull(row, 'currency'),
  at: textOrNull(row, 'at'),
  charge: textOrNull(row, 'charge'),
  createdAt: textOrNull(row, 'createdAt'),
}))

const itemOf = keeping([], (row): Item => ({ name: text(row, 'name'), quantity: integer(row, 'quantity'), unitAmount: integer(row, 'unitAmount') }))

const leaseOf = keeping([], (row): Lease => ({ owner: text(row, 'owner'), epoch: integer(row, 'epoch'), until: textOrNull(row, 'until') }))
