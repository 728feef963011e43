import type { Payment } from '#domain/payments/payment.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { Clock } from '../ports/clock.js'
import type { Identity } from '../ports/identity.js'
import type { OutboxEvent, OutboxStore, ShardLease } from '../ports/outbox-store.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { Effect } from './effect.js'
import { batchesOf, merged, planOf, type Planned, type Stuck } from './plan.js'

/** Events that are read at once: with the rows of their statistics they fit into one transaction. */
export const BATCH = 90
/** Long enough to outlast a busy moment; after a crash the shard waits that long for another owner. */
export const LEASE_MS = 10_000
/** How often an event is tried before it is parked. */
export const TRIES = 3
const REASON_MAX_CHARACTERS = 500

/** Told of what becomes of events. */
export interface OutboxObserver {
  /** Since when the oldest event of the shard waits; null where none does, or another process looks after it. */
  readonly waiting: (shard: number, since: Timestamp | null) => void
  readonly ended: (outcome: 'completed' | 'discarded' | 'parked', count: number) => void
  readonly parked: (stuck: Stuck) => void
}

export interface DispatcherPorts {
  readonly outbox: OutboxStore
  readonly payments: PaymentStore
  readonly clock: Clock
  readonly identity: Identity
  readonly effects: readonly Effect[]
  readonly outboxObserver: OutboxObserver
}

export interface ShardDispatcher {
  /** Lets the oldest events take effect, if the shard is ours. True when more may be waiting. */
  readonly run: () => Promise<boolean>
  /** Gives the shard back, so that nobody has to wait for the lease to end. */
  readonly end: () => Promise<void>
}

/** Lets the events of a shard take effect, one dispatcher at a time: who holds the lease. That each counts once hangs on the store alone. */
export function makeShardDispatcher ({ outbox, payments, clock, identity, effects, outboxObserver: observer }: DispatcherPorts, shard: number): ShardDispatcher {
  const owner = identity.random('dispatcher')
  /** Of events that have failed, as long as they are ours. */
  const tries = new Map<string, number>()
  /** As last seen, whoever's it is. */
  let seen: ShardLease | null = null
  /** When it is to be claimed: ours at its half, another's at its end. */
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
    const { planned, idle, stuck } = planOf(events, await paymentsOf(events), effects)
    if (idle.length > 0) await discard(idle)
    for (const batch of batchesOf(planned)) if (!await complete(lease, batch)) return false
    for (const one of stuck) await fail(lease, one)
    const isFull = events.length === BATCH
    if (!isFull && tries.size === 0) observer.waiting(shard, null)
    // What has only failed is tried again after a rest.
    return isFull && stuck.length < BATCH
  }

  /** Our lease, prolonged in time; null while it is another's. */
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

  /** False when somebody else has been at work: what was read is out of date then. */
  async function complete (lease: ShardLease, batch: readonly Planned[]): Promise<boolean> {
    const completion = await outbox.complete(lease, batch.map(({ event }) => event), merged(batch.flatMap(({ writes }) => writes)))
    switch (completion.kind) {
      case 'completed':
        for (const { event } of batch) tries.delete(event.eventId)
        observer.ended('completed', batch.length)
        return true
      case 'overtaken':
        forget()
        return false
      case 'refused':
        if (batch.length > 1) {
          // One of them is at fault, and the others must not wait for it.
          const half = Math.ceil(batch.length / 2)
          return await complete(lease, batch.slice(0, half)) && await complete(lease, batch.slice(half))
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

  /** What was known while the shard was ours. */
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
