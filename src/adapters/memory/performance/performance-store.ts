import { hourOf, type PerformanceRow } from '#domain/performance/performance-row.js'
import { createdKey, DAY_MS, laterBy } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { PerformanceStore } from '#application/ports/performance-store.js'

/** The rows of the last 24 hours: so few that a list can look at all of them. */
export class MemoryPerformanceStore implements PerformanceStore {
  readonly #rows = new Map<string, PerformanceRow>()

  async put (row: PerformanceRow): Promise<void> {
    this.#rows.set(createdKey(row.slotAt, row.processId), structuredClone(row))
    const oldest = laterBy(row.slotAt, -DAY_MS)
    for (const key of this.#rows.keys()) if (key < oldest) this.#rows.delete(key)
  }

  async list (hour: string, { before, limit }: PageRequest): Promise<Page<PerformanceRow>> {
    const found = [...this.#rows]
      .filter(([key]) => hourOf(key) === hour && (before === null || key < before))
      .sort(([one], [other]) => one < other ? 1 : -1)
    const shown = found.slice(0, limit)
    const [last] = found.length > limit ? shown.slice(-1) : []
    return { items: shown.map(([, row]) => structuredClone(row)), nextKey: last?.[0] ?? null }
  }
}
