import { added, exact, type SliceFigures } from '#domain/payments/payment-stats.js'
import type { Timestamp } from '#domain/time.js'
import { COUNTED_FROM_THE_START, type Counted, type Recount, type StatsStore } from '#application/ports/read-models.js'
import type { StatsWrite } from '#application/ports/outbox-store.js'
import { makeTree, type Tree } from '../engine/indexes.js'
import { getOrInsert, isolated } from '../engine/table.js'

export class MemoryStatsStore implements StatsStore {
  /** By family, then by slice and currency. */
  readonly #families = new Map<string, Tree<SliceFigures>>()
  /** Versions by recount and payment. */
  readonly #counted = new Map<string, Map<string, number>>()
  #recount: Recount = COUNTED_FROM_THE_START

  async read (family: string, from: string, before: string): Promise<readonly SliceFigures[]> {
    const found = this.#families.get(family)?.getRange(from, before).map(([, figures]) => figures) ?? []
    for (const { figures } of found) exact(figures)
    return found
  }

  async recount (): Promise<Recount> {
    return this.#recount
  }

  async saveRecount (recount: Recount): Promise<boolean> {
    if (recount.since < this.#recount.since) return false
    this.#recount = isolated(recount)
    return true
  }

  async counted (since: Timestamp, paymentIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const counted = this.#countedSince(since)
    return new Map(paymentIds.flatMap((paymentId) => {
      const version = counted.get(paymentId)
      return version === undefined ? [] : [[paymentId, version] as const]
    }))
  }

  async count (since: Timestamp, payments: readonly Counted[], writes: readonly StatsWrite[]): Promise<boolean> {
    const counted = this.#countedSince(since)
    if (payments.some(({ paymentId }) => counted.has(paymentId))) return false
    for (const { paymentId, version } of payments) counted.set(paymentId, version)
    for (const write of writes) this.add(write)
    return true
  }

  /** For the projections. */
  add ({ family, slice, currency, add }: StatsWrite): void {
    const slices = getOrInsert(this.#families, family, () => makeTree<SliceFigures>())
    const key = `${slice}#${currency}`
    slices.set(key, isolated({ slice, currency, figures: added(slices.get(key)?.figures ?? {}, add) }))
  }

  #countedSince (since: Timestamp): Map<string, number> {
    return getOrInsert(this.#counted, since, () => new Map<string, number>())
  }
}
