import { added, exact, type DayFigures } from '#domain/payments/payment-stats.js'
import { dayAfter } from '#domain/time.js'
import type { StatsStore } from '#application/ports/read-models.js'
import type { StatsWrite } from '#application/ports/outbox-store.js'
import { getOrInsert, isolated } from '../engine/table.js'

export class MemoryStatsStore implements StatsStore {
  /** By day, then by currency. */
  readonly #days = new Map<string, Map<string, DayFigures>>()

  async read (from: string, to: string): Promise<readonly DayFigures[]> {
    const found: DayFigures[] = []
    for (let day = from; day <= to; day = dayAfter(day)) found.push(...this.#days.get(day)?.values() ?? [])
    for (const { figures } of found) exact(figures)
    return found
  }

  /** For the projections. */
  add ({ day, currency, add }: StatsWrite): void {
    const currencies = getOrInsert(this.#days, day, () => new Map<string, DayFigures>())
    currencies.set(currency, isolated({ day, currency, figures: added(currencies.get(currency)?.figures ?? {}, add) }))
  }
}
