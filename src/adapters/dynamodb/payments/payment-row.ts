import { PAYMENT_FLAGS, PAYMENT_STATUSES, type Address, type FollowUp, type Dispute, type Failure, type Item, type Lease, type NextAction, type Payment, type PaymentStatus, type Refund } from '#domain/payments/payment.js'
import { shardOf } from '#domain/shard.js'
import { createdKey, dayOf } from '#domain/time.js'
import { dueShardOf } from '../engine/due.js'
import { integer, listOf, map, mapOrNull, maps, metadataOf, oneOf, storedMetadata, text, textOrNull, type Row } from '../engine/row.js'

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
 * @param writeToken names the write, so that a repeat whose first answer was lost knows the row as its own
 * @param shards how many buckets the register has for the day of the payment
 */
export function paymentRow (payment: Payment, writeToken: string, shards: number): Row {
  const { followUp, ...rest } = payment
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

/** @throws Error for a row that is not a payment of ours */
export function paymentOf (row: Row): Payment {
  return {
    paymentId: text(row, 'paymentId'),
    orderId: text(row, 'orderId'),
    userId: text(row, 'userId'),
    sellerId: textOrNull(row, 'sellerId'),
    amount: integer(row, 'amount'),
    currency: text(row, 'currency'),
    status: oneOf(row, 'status', PAYMENT_STATUSES),
    capturedAmount: integer(row, 'capturedAmount'),
    refundedAmount: integer(row, 'refundedAmount'),
    refunds: maps(row, 'refunds').map(refundOf),
    disputes: maps(row, 'disputes').map(disputeOf),
    provider: text(row, 'provider'),
    providerReference: textOrNull(row, 'providerReference'),
    nextAction: mapOrNull(row, 'nextAction') as NextAction | null,
    failure: mapOrNull(row, 'failure') as Failure | null,
    flags: listOf(row, 'flags', PAYMENT_FLAGS),
    description: textOrNull(row, 'description'),
    items: maps(row, 'items').map(itemOf),
    metadata: metadataOf(row),
    returnUrl: textOrNull(row, 'returnUrl'),
    buyerEmail: textOrNull(row, 'buyerEmail'),
    shippingAddress: mapOrNull(row, 'shippingAddress') as Address | null,
    createdAt: text(row, 'createdAt'),
    updatedAt: text(row, 'updatedAt'),
    version: integer(row, 'version'),
    lease: leaseOf(map(row, 'lease')),
    // Rows of before have no such attribute.
    followUp: followUpOf(mapOrNull(row, 'check')),
    fingerprint: text(row, 'fingerprint'),
  }
}

function followUpOf (row: Row | null): FollowUp | null {
  return row === null ? null : { tries: integer(row, 'tries'), dueAt: text(row, 'dueAt') }
}

function refundOf (row: Row): Refund {
  return {
    refundId: text(row, 'refundId'),
    amount: integer(row, 'amount'),
    status: oneOf(row, 'status', ['pending', 'succeeded', 'failed']),
    reason: textOrNull(row, 'reason'),
    createdAt: text(row, 'createdAt'),
    lease: leaseOf(map(row, 'lease')),
    fingerprint: text(row, 'fingerprint'),
  }
}

function disputeOf (row: Row): Dispute {
  return {
    disputeId: text(row, 'disputeId'),
    amount: integer(row, 'amount'),
    status: oneOf(row, 'status', ['open', 'won', 'lost']),
  }
}

function itemOf (row: Row): Item {
  return { name: text(row, 'name'), quantity: integer(row, 'quantity'), unitAmount: integer(row, 'unitAmount') }
}

function leaseOf (row: Row): Lease {
  return { owner: text(row, 'owner'), epoch: integer(row, 'epoch'), until: textOrNull(row, 'until') }
}
