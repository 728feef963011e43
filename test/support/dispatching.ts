import { type DispatcherPorts, makeShardDispatcher, type ShardDispatcher } from '#application/outbox/dispatch-shard.js'
import { EFFECTS } from '#application/outbox/effects.js'
import type { Stuck } from '#application/outbox/plan.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import { BY_CREATION } from '#application/ports/read-models.js'
import type { Stores } from '#application/ports/stores.js'
import type { Notification } from '#domain/notifications/notification.js'
import type { SliceFigures } from '#domain/payments/payment-stats.js'
import { dayAfter } from '#domain/time.js'
import { identity } from '#adapters/system/system.js'
import { settableClock } from './builders.js'

/** The dispatchers of one process, with the progress that they reported. */
export function dispatcherOf (stores: Pick<Stores, 'outbox' | 'payments' | 'stats'>, overrides: Partial<DispatcherPorts> = {}) {
  const ended: Record<string, number> = {}
  const parked: Stuck[] = []
  const suppressed: Notification[] = []
  const waiting = new Map<number, string | null>()
  const ports: DispatcherPorts = {
    outbox: stores.outbox,
    payments: stores.payments,
    stats: stores.stats,
    clock: settableClock().clock,
    identity,
    effects: EFFECTS,
    outboxObserver: {
      waiting: (shard, since) => { waiting.set(shard, since) },
      ended: (outcome, count) => { ended[outcome] = (ended[outcome] ?? 0) + count },
      parked: (stuck) => { parked.push(stuck) },
      suppressed: (notification) => { suppressed.push(notification) },
    },
    ...overrides,
  }
  const shards = Array.from({ length: OUTBOX_SHARDS }, (_, shard) => makeShardDispatcher(ports, shard))
  /** Runs the shards concurrently, each until it has nothing more to do. */
  const run = async (): Promise<void> => {
    const runs = shards.map(async (shard) => { while (await shard.run()); })
    // If one fails, the others still have to end, so that none runs while the test continues.
    await Promise.allSettled(runs)
    await Promise.all(runs)
  }
  const end = async (): Promise<void> => { await Promise.all(shards.map(async (shard: ShardDispatcher) => { await shard.end() })) }
  return { run, end, ended, parked, suppressed, waiting }
}

/** The figures of payments that were created on these days (UTC), both inclusive. */
export async function byCreation ({ stats }: Pick<Stores, 'stats'>, from: string, to = from): Promise<readonly SliceFigures[]> {
  return await stats.read(BY_CREATION, from, dayAfter(to))
}
