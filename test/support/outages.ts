import { memoryStores } from '#adapters/memory/stores.js'
import { Drain } from '#adapters/durability/drain/drain.js'
import { Outage } from '#adapters/durability/outage/outage.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { WRITE_CODEC } from '#adapters/durability/writes/journaled-write.js'
import { outageStores } from '#adapters/durability/outage/outage-stores.js'
import { journalQuarantine, outageStatus } from '#adapters/durability/drain/operations.js'
import type { OpenStores } from '#application/ports/stores.js'
import { absentStore } from './absent-store.js'
import { BadDisk } from './bad-disk.js'
import { settableClock } from './builders.js'

export interface OutageWorldOptions {
  readonly inner?: OpenStores
  readonly disk?: BadDisk
}

/** Stores with a journal on a disk in memory, over stores in memory whose presence a test controls. */
export async function outageWorld ({ inner = memoryStores(), disk = new BadDisk() }: OutageWorldOptions = {}) {
  const store = absentStore(inner)
  const time = settableClock()
  let milliseconds = 0
  const ages: number[] = []
  const changes: boolean[] = []
  const quarantined: string[] = []
  const nowMs = (): number => milliseconds
  const journal = await Journal.open({ codec: WRITE_CODEC, disk, clock: time.clock })
  const outage = new Outage({
    journal,
    freshness: { note: (ageS) => { ages.push(ageS) } },
    depthMax: 2000,
    clock: time.clock,
    nowMs,
    ping: store.stores.ping,
    onChange: (isAway) => { changes.push(isAway) },
  })
  const drain = new Drain(outage, store.stores, { carriedOut: () => {}, quarantined: (_entry, reason) => { quarantined.push(reason) } }, nowMs)
  const { signal } = new AbortController()

  return {
    inner,
    disk,
    store,
    journal,
    drain,
    ages,
    changes,
    quarantined,
    time,
    stores: outageStores(outage, store.stores, (provider) => provider !== 'once'),
    quarantine: journalQuarantine(outage),
    status: outageStatus(outage, drain),
    pass: (ms: number): void => {
      milliseconds += ms
      time.advance(ms)
    },
    /** Lets the store go away, and the outage begin. */
    leave: async (): Promise<void> => {
      store.presence = 'away'
      for (let call = 0; call < 5; call++) await outage.health.run(store.stores.ping).catch(() => {})
    },
    /** Lets the store come back, and drains the journal. */
    comeBack: async (): Promise<void> => {
      store.presence = 'up'
      for (let sign = 0; sign < 3; sign++) await drain.run(signal)
      while (await drain.run(signal));
    },
    /** Drains in a process that is about to end. */
    drainUntil: async (end: AbortSignal): Promise<boolean> => await drain.run(end),
    drainOnce: async (): Promise<boolean> => await drain.run(signal),
  }
}
