import { memoryStores } from '#adapters/memory/stores.js'
import { Drain } from '#adapters/durability/drain/drain.js'
import { Fallback } from '#adapters/durability/outage/outage.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import type { JournaledWrite } from '#adapters/durability/journaled-write.js'
import { outageStores } from '#adapters/durability/outage/stores.js'
import { journalQuarantine } from '#adapters/durability/drain/quarantine.js'
import { fallbackStatus } from '#adapters/durability/outage/status.js'
import type { OpenStores } from '#application/ports/stores.js'
import { absentStore } from './absent-store.js'
import { BadDisk } from './bad-disk.js'
import { settableClock } from './builders.js'

export interface FallbackWorldOptions {
  readonly inner?: OpenStores
  readonly disk?: BadDisk
}

/** Stores with a journal, on a disk in memory, before stores in memory that go away as told. */
export async function fallbackWorld ({ inner = memoryStores(), disk = new BadDisk() }: FallbackWorldOptions = {}) {
  const store = absentStore(inner)
  const time = settableClock()
  let milliseconds = 0
  const ages: number[] = []
  const changes: boolean[] = []
  const quarantined: string[] = []
  const nowMs = (): number => milliseconds
  const journal = await Journal.open<JournaledWrite>({ disk, clock: time.clock })
  const fallback = new Fallback({
    journal,
    freshness: { note: (ageS) => { ages.push(ageS) } },
    depthMax: 2000,
    clock: time.clock,
    nowMs,
    onChange: (isAway) => { changes.push(isAway) },
  })
  const drain = new Drain(fallback, store.stores, { carriedOut: () => {}, quarantined: (_entry, reason) => { quarantined.push(reason) } }, nowMs)
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
    stores: outageStores(fallback, store.stores, (provider) => provider !== 'once'),
    quarantine: journalQuarantine(fallback),
    status: fallbackStatus(fallback, drain),
    pass: (ms: number): void => {
      milliseconds += ms
      time.advance(ms)
    },
    /** Lets the store go away, and everybody notice. */
    leave: async (): Promise<void> => {
      store.presence = 'away'
      for (let call = 0; call < 5; call++) await fallback.health.run(store.stores.ping).catch(() => {})
    },
    /** Lets it come back, and get all that it missed. */
    comeBack: async (): Promise<void> => {
      store.presence = 'up'
      for (let sign = 0; sign < 3; sign++) await drain.run(signal)
      while (await drain.run(signal));
    },
    /** Until the process is about to end. */
    drainUntil: async (end: AbortSignal): Promise<boolean> => await drain.run(end),
    drainOnce: async (): Promise<boolean> => await drain.run(signal),
  }
}
