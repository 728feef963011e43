import { added } from '#domain/payments/payment-stats.js'
import { PAYMENT_EVENT_TYPES } from '#domain/payments/decision.js'
import type { Payment } from '#domain/payments/payment.js'
import { COMPLETION_MAX, type OutboxEvent } from '../ports/outbox-store.js'
import type { ProjectionWrite } from '../ports/projection.js'
import type { Effect } from './effect.js'

/** An event that leads to something. */
export interface Planned {
  readonly event: OutboxEvent
  readonly writes: readonly ProjectionWrite[]
}

/** An event that can't take effect. */
export interface Stuck {
  readonly event: OutboxEvent
  readonly reason: string
}

export interface Plan {
  readonly planned: readonly Planned[]
  /** Events that lead to nothing. */
  readonly idle: readonly OutboxEvent[]
  readonly stuck: readonly Stuck[]
}

/** What is to become of events. `payments` are those that some effect wants, by id. */
export function planOf (events: readonly OutboxEvent[], payments: ReadonlyMap<string, Payment>, effects: readonly Effect[]): Plan {
  const planned: Planned[] = []
  const idle: OutboxEvent[] = []
  const stuck: Stuck[] = []
  for (const event of events) {
    const writes = writesOf(event, payments.get(event.subjectId) ?? null, effects)
    if (typeof writes === 'string') stuck.push({ event, reason: writes })
    else if (writes.length === 0) idle.push(event)
    else planned.push({ event, writes })
  }
  return { planned, idle, stuck }
}

const EVENT_TYPES: readonly string[] = ['message.sent', ...PAYMENT_EVENT_TYPES]

/** A text says why there are none. An event of another version may lead to something there, so that it must not end here. */
function writesOf (event: OutboxEvent, payment: Payment | null, effects: readonly Effect[]): readonly ProjectionWrite[] | string {
  if (!EVENT_TYPES.includes(event.type)) return 'this version does not know events of its type'
  const all: ProjectionWrite[] = []
  for (const { name, wantsPayment, writes } of effects) {
    try {
      all.push(...checked(writes(event, wantsPayment(event) ? payment : null)))
    } catch (error) {
      return `${name}: ${String(error)}`
    }
  }
  const rows = merged(all)
  return rows.length < COMPLETION_MAX ? rows : 'leads to more writes than one step takes'
}

/** No store can add up what is no whole number, and none is asked to. */
function checked (writes: readonly ProjectionWrite[]): readonly ProjectionWrite[] {
  for (const write of writes) {
    if (write.kind === 'stats' && !Object.values(write.add).every(Number.isSafeInteger)) throw new Error('a figure is no whole number')
  }
  return writes
}

/** The same in order, in as few steps as they fit into. */
export function batchesOf (planned: readonly Planned[]): ReadonlyArray<readonly Planned[]> {
  const batches: Planned[][] = []
  let batch: Planned[] = []
  let rows = new Set<string>()
  for (const one of planned) {
    const own = one.writes.map(rowOf)
    const others = own.filter((row) => !rows.has(row))
    if (batch.length === 0 || batch.length + 1 + rows.size + others.length > COMPLETION_MAX) {
      batch = []
      rows = new Set()
      batches.push(batch)
    }
    batch.push(one)
    for (const row of own) rows.add(row)
  }
  return batches
}

/** Names the row that a write touches: a transaction can't touch one twice. */
export function rowOf (write: ProjectionWrite): string {
  switch (write.kind) {
    case 'stats': return `stats ${write.day} ${write.currency}`
    case 'notification': return `notification ${write.notification.notificationId}`
    case 'term': return `term ${write.paymentId} ${write.term}`
  }
}

/** One write for each row, which does what all of them would have done. */
export function merged (writes: readonly ProjectionWrite[]): ProjectionWrite[] {
  const rows = new Map<string, ProjectionWrite>()
  for (const write of writes) {
    const row = rowOf(write)
    const before = rows.get(row)
    rows.set(row, before === undefined ? write : both(before, write))
  }
  return [...rows.values()]
}

/** A term or a notification that is written twice is written. */
function both (before: ProjectionWrite, write: ProjectionWrite): ProjectionWrite {
  return before.kind === 'stats' && write.kind === 'stats' ? { ...write, add: added(before.add, write.add) } : write
}
