import type { Notification } from '#domain/notifications/notification.js'
import type { Payment } from '#domain/payments/payment.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { Foresee } from '../notifications/foresee.js'
import type { Clock, Identity } from '../ports/system.js'
import { isPublish, type OutboxEvent, type OutboxStore, type ShardLease } from '../ports/outbox-store.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { StatsStore } from '../ports/read-models.js'
import { makeCountOlder } from './count-older.js'
import type { Effect } from './effect.js'
import { batchesOf, merged, planOf, type Planned, type Stuck } from './plan.js'

/** Events of one batch. With the rows of their statistics they fit into one transaction. */
export const BATCH = 90
/** Long enough for a busy moment. After a crash the shard waits that long for another owner. */
export const LEASE_MS = 10_000
/** Tries before an event is parked. The pauses of the job lie between them, without a schedule of their own. */
export const TRIES = 3
const REASON_MAX_CHARACTERS = 500

/** Called with the progress of events, for metrics and logs. */
export interface OutboxObserver {
  /** Since when the oldest event of the shard waits; null when none waits, or when another process holds the shard. */
  readonly waiting: (shard: number, since: Timestamp | null) => void
  readonly ended: (outcome: 'completed' | 'discarded' | 'parked', count: number) => void
  readonly parked: (stuck: Stuck) => void
  /** A notification was written that is not sent. */
  readonly suppressed: (notification: Notification) => void
}

export interface DispatcherPorts {
  readonly outbox: OutboxStore
  readonly payments: PaymentStore
  readonly stats: StatsStore
  readonly clock: Clock
  readonly identity: Identity
  readonly effects: readonly Effect[]
  /** Ends notifications that can reach no one before they are written. */
  readonly foresee?: Foresee
  readonly outboxObserver: OutboxObserver
  /** Runs before events end, and again where that fails. It never throws. */
  readonly announceOrders?: (events: readonly OutboxEvent[]) => Promise<void>
  /** Changes the shipments of refunded payments before events end, and again where that fails. Returns the events that have to wait because it failed. */
  readonly followRefunds?: (events: readonly OutboxEvent[]) => Promise<readonly Stuck[]>
}

export interface ShardDispatcher {
  /** Applies the effects of the oldest events, if it can hold the shard. Returns true when more may wait. */
  readonly run: () => Promise<boolean>
  /** Gives the shard back, so that others need not wait for the end of the lease. */
  readonly end: () => Promise<void>
}

/**
 * The dispatcher of a shard. One dispatcher at a time holds the shard by a lease; `OutboxStore.complete` guarantees that each
 * event takes effect once, even when two believe to hold it.
 *
 *   an event is read ──▶ completed    Its effects are stored, in one step with its end.
 *                    ──▶ discarded    It has no effects.
 *                    ──▶ parked       An effect threw, its shipments could not be changed, or the store refused its writes, `TRIES` times.
 */
export function makeShardDispatcher ({ outbox, payments, stats, clock, identity, effects, foresee = async (planned) => planned, outboxObserver: observer, announceOrders = async () => {}, followRefunds = async () => [] }: DispatcherPorts, shard: number): ShardDispatcher {
  const owner = identity.random('dispatcher')
  const countOlder = makeCountOlder({ payments, stats })
  /** Failed tries by event, while we hold the shard. */
  const tries = new Map<string, number>()
  /** The lease as last seen, ours or another owner's. */
  let seen: ShardLease | null = null
  /** When to claim the shard next: our lease is renewed at its half, another's taken over at its end. */
  let claimAt: Timestamp = ''

  async function run (): Promise<boolean> {
    const lease = await hold()
    if (lease === null) {
      forget()
      return false
    }
    const events = await outbox.read(shard, BATCH)
    observer.waiting(shard, events[0]?.occurredAt ?? null)
    if (events.length === 0) return false
    const [found, counting] = await Promise.all([paymentsOf(events), countOlder(events)])
    const { planned, idle, stuck: unplanned } = planOf(events, found, effects, counting)
    if (idle.length > 0) await discard(idle)
    const ending = planned.map(({ event }) => event)
    await announceOrders(ending)
    const stuck = [...unplanned, ...await followRefunds(ending)]
    const waiting = new Set(stuck.map(({ event }) => event))
    const ready = await foresee(planned.filter(({ event }) => !waiting.has(event)), found)
    for (const batch of batchesOf(ready)) if (!await complete(batch)) return false
    for (const one of stuck) await fail(lease, one)
    const isFull = events.length === BATCH
    if (!isFull && tries.size === 0) observer.waiting(shard, null)
    // When all events of the batch have failed, they are retried after the pause of the job.
    return isFull && stuck.length < BATCH
  }

  /** Our lease, renewed in time; null while another dispatcher holds the shard. */
  async function hold (): Promise<ShardLease | null> {
    const now = clock()
    if (seen === null || claimAt <= now) {
      seen = await outbox.claim(shard, { owner, now, until: laterBy(now, LEASE_MS) })
      claimAt = seen.owner === owner ? laterBy(seen.until, -LEASE_MS / 2) : seen.until
    }
    return seen.owner === owner ? seen : null
  }

  async function paymentsOf (events: readonly OutboxEvent[]): Promise<ReadonlyMap<string, Payment>> {
    const wanted = events.filter((event) => effects.some(({ wantsPayment }) => wantsPayment(event)))
    const found = wanted.length === 0 ? [] : await payments.findMany(wanted.map(({ subjectId }) => subjectId))
    return new Map(found.map((payment) => [payment.paymentId, payment]))
  }

  async function discard (events: readonly OutboxEvent[]): Promise<void> {
    await outbox.discard(events)
    observer.ended('discarded', events.length)
  }

  /** False when another dispatcher has changed the shard, so that the events must be read again. */
  async function complete (batch: readonly Planned[]): Promise<boolean> {
    const lease = seen as ShardLease
    const writes = merged(batch.flatMap((one) => one.writes))
    const completion = await outbox.complete(lease, batch.map(({ event }) => event), writes)
    switch (completion.kind) {
      case 'completed':
        seen = { ...lease, published: lease.published + writes.filter(isPublish).length }
        for (const { event } of batch) tries.delete(event.eventId)
        for (const write of writes) if (write.kind === 'notification' && write.notification.state === 'suppressed') observer.suppressed(write.notification)
        observer.ended('completed', batch.length)
        return true
      case 'overtaken':
        forget()
        return false
      case 'refused':
        if (batch.length > 1) {
          // One event is at fault. Halving the batch finds it, so that the others need not wait for it.
          const half = Math.ceil(batch.length / 2)
          return await complete(batch.slice(0, half)) && await complete(batch.slice(half))
        }
        for (const { event } of batch) await fail(lease, { event, reason: completion.reason })
        return true
    }
  }

  async function fail (lease: ShardLease, { event, reason }: Stuck): Promise<void> {
    const count = (tries.get(event.eventId) ?? 0) + 1
    tries.set(event.eventId, count)
    if (count < TRIES) return
    const brief = reason.slice(0, REASON_MAX_CHARACTERS)
    await outbox.park(lease, { event, reason: brief, parkedAt: clock() })
    tries.delete(event.eventId)
    observer.ended('parked', 1)
    observer.parked({ event, reason: brief })
  }

  /** Forgets what holds only while we hold the shard. */
  function forget (): void {
    if (seen?.owner === owner) seen = null
    tries.clear()
    observer.waiting(shard, null)
  }

  async function end (): Promise<void> {
    if (seen?.owner === owner) {
      const now = clock()
      await outbox.claim(shard, { owner, now, until: now })
    }
    forget()
  }

  return { run, end }
}
