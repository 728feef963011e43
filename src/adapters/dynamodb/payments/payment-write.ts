import { randomUUID } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Decision } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Database } from '../engine/client.js'
import { absent, compare, expression } from '../engine/expression.js'
import type { Row } from '../engine/row.js'
import { transact, writeIf, type Check, type TransactionItem } from '../engine/write.js'
import { outboxItems } from '../outbox/outbox-store.js'
import { paymentRow } from './payment-row.js'
import { appliedOnce } from './webhook-event-store.js'

/**
 * The items that store a new payment, if its id is free, and its events.
 *
 * @param shards how many buckets the register has for the day of the payment
 */
export function paymentInsertion (database: Database, { payment, events }: Decision, shards: number): TransactionItem[] {
  return [
    {
      Put: {
        TableName: database.tableNames.payments,
        Item: paymentRow(payment, randomUUID(), shards),
        ...expression({ condition: absent('paymentId') }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    ...outboxItems(database, events),
  ]
}

export type WriteOutcome =
  | { readonly kind: 'written' }
  /** The webhook event had been applied before. */
  | { readonly kind: 'duplicate', readonly stored: Payment }
  /** Another change came first. */
  | { readonly kind: 'overtaken', readonly stored: Payment }

interface PaymentWrite extends Decision {
  /** How many buckets the register has for the day of the payment. */
  readonly shards: number
  readonly webhookEvent: WebhookEvent | undefined
  readonly read: (row: Row) => Payment
}

/**
 * Writes the next version of a payment if `current` is still the last one, with its events and the webhook event it comes from.
 * A condition that fails against our own write, whose answer was lost, means success.
 *
 * @throws not_found
 */
export async function writePayment (database: Database, current: Payment, { shards, webhookEvent, read, ...decision }: PaymentWrite): Promise<WriteOutcome> {
  const token = randomUUID()
  const next = paymentRow(decision.payment, token, shards)
  const checks = webhookEvent === undefined && decision.events.length === 0
    ? await putAlone(database, current, next)
    : await transact(database, [
      decision.payment === current ? stillThere(database, current) : { Put: put(database, current, next) },
      ...(webhookEvent === undefined ? [] : [appliedOnce(database, webhookEvent)]),
      ...outboxItems(database, decision.events),
    ])
  if (checks === null) return { kind: 'written' }
  const [payment = UNGUARDED, event = UNGUARDED] = checks
  if (payment.row?.['writeToken'] === token) return { kind: 'written' }
  const stored = payment.row === null ? null : read(payment.row)
  // Our own events have no condition, so a failed check in this place is that of the webhook event.
  if (event.failed) return { kind: 'duplicate', stored: stored ?? current }
  if (stored === null) throw new DomainError('not_found', 'there is no such payment')
  return { kind: 'overtaken', stored }
}

const UNGUARDED: Check = { failed: false, row: null }

/** A change without events needs no transaction, which costs twice as much. */
async function putAlone (database: Database, current: Payment, next: Row): Promise<readonly Check[] | null> {
  const check = await writeIf(database, async () => await database.documents.send(new PutCommand(put(database, current, next))))
  return check === null ? null : [check]
}

/** A payment that stays the same still has to be the one that `change` has seen. */
function stillThere ({ tableNames }: Database, current: Payment): TransactionItem {
  return { ConditionCheck: { TableName: tableNames.payments, Key: { paymentId: current.paymentId }, ...isStill(current) } }
}

function put ({ tableNames }: Database, current: Payment, next: Row) {
  return { TableName: tableNames.payments, Item: next, ...isStill(current) }
}

function isStill ({ version }: Payment) {
  return { ...expression({ condition: compare('version', '=', version) }), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
}
