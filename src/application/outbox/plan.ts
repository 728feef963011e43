import { added } from '#domain/payments/payment-stats.js'
import { PAYMENT_EVENT_TYPES } from '#domain/payments/decision.js'
import { ROOM_EVENT_TYPES } from '#domain/rooms/room-event.js'
import { SHIPMENT_EVENT_TYPES } from '#domain/shipping/decision.js'
import type { Payment } from '#domain/payments/payment.js'
import { COMPLETION_MAX, type OutboxEvent, type ProjectionWrite } from '../ports/outbox-store.js'
import type { Counting, Effect } from './effect.js'

/** An event with effects. */
export interface Planned {
  readonly event: OutboxEvent
  readonly writes: readonly ProjectionWrite[]
}

/** An event that cannot take effect. */
export interface Stuck {
  readonly event: OutboxEvent
  readonly reason: string
}

export interface Plan {
  readonly planned: readonly Planned[]
  /** Events without effects. */
  readonly idle: readonly OutboxEvent[]
  readonly stuck: readonly Stuck[]
}

/** Plans the effects of events. `payments` are those that some effect wants, by id. */
export function planOf (events: readonly OutboxEvent[], payments: ReadonlyMap<string, Payment>, effects: readonly Effect[], counting: Counting | null = null): Plan {
  const planned: Planned[] = []
  const idle: OutboxEvent[] = []
  const stuck: Stuck[] = []
  for (const event of events) {
    const writes = writesOf(event, payments.get(event.subjectId) ?? null, effects, counting)
    if (typeof writes === 'string') stuck.push({ event, reason: writes })
    else if (writes.length === 0) idle.push(event)
    else planned.push({ event, writes })
  }
  return { planned, idle, stuck }
}

const EVENT_TYPES: readonly string[] = ['message.sent', 'conversation.read', ...PAYMENT_EVENT_TYPES, ...SHIPMENT_EVENT_TYPES, ...ROOM_EVENT_TYPES]

/**
 * The writes of an event, or the reason why it cannot take effect. An event that only another version knows may have effects
 * there.
 */
function writesOf (event: OutboxEvent, payment: Payment | null, effects: readonly Effect[], counting: Counting | null): readonly ProjectionWrite[] | string {
  if (!EVENT_TYPES.includes(event.type)) return 'this version does not know events of this type'
  const all: ProjectionWrite[] = []
  for (const { name, wantsPayment, writes } of effects) {
    try {
      all.push(...checked(writes(event, wantsPayment(event) ? payment : null, counting)))
    } catch (error) {
      return `${name}: ${String(error)}`
    }
  }
  const rows = merged(all)
  return rows.length < COMPLETION_MAX ? rows : 'the event leads to more writes than one transaction holds'
}

/** Stores add whole numbers only. */
function checked (writes: readonly ProjectionWrite[]): readonly ProjectionWrite[] {
  for (const write of writes) {
    if (write.kind === 'stats' && !Object.values(write.add).every(Number.isSafeInteger)) throw new Error('a figure is not a whole number')
  }
  return writes
}

/** What is planned, such as events, in its order and in as few transactions as it fits into. */
export function batchesOf<T extends Pick<Planned, 'writes'>> (planned: readonly T[]): ReadonlyArray<readonly T[]> {
  const batches: T[][] = []
  let batch: T[] = []
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

/** The row of a write. A transaction can write to each row once. */
export function rowOf (write: ProjectionWrite): string {
  switch (write.kind) {
    case 'stats': return `stats ${write.family} ${write.slice} ${write.currency}`
    case 'notification': return `notification ${write.notification.notificationId}`
    case 'term': return `term ${write.paymentId} ${write.term}`
    case 'publish': return `publish ${write.event.id}`
    case 'attention': return `attention ${write.place.kind} ${write.place.key}`
  }
}

/** The writes, merged into one for each row. */
export function merged<W extends ProjectionWrite> (writes: readonly W[]): W[] {
  const rows = new Map<string, W>()
  for (const write of writes) {
    const row = rowOf(write)
    const before = rows.get(row)
    rows.set(row, before === undefined ? write : both(before, write))
  }
  return [...rows.values()]
}

/** Figures add up. Writing a term, a notification, an event or a place twice is the same as once. */
function both<W extends ProjectionWrite> (before: W, write: W): W {
  return before.kind === 'stats' && write.kind === 'stats' ? { ...write, add: added(before.add, write.add) } : write
}
