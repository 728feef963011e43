import { added, type DayFigures } from '../../domain/payment-stats.js'
import { dayAfter } from '../../domain/time.js'
import type { StatsStore } from '../../application/ports/stats-store.js'
import type { StatsWrite } from '../../application/ports/projection.js'
import { isolated } from './isolated.js'

export class MemoryStatsStore implements StatsStore {
  /** By day, then by currency. */
  readonly #days = new Map<string, Map<string, DayFigures>>()

  async read (from: string, to: string): Promise<readonly DayFigures[]> {
    const found: DayFigures[] = []
    for (let day = from; day <= to; day = dayAfter(day)) found.push(...this.#days.get(day)?.values() ?? [])
    return found
  }

  /** For the projections. */
  add ({ day, currency, add }: StatsWrite): void {
    const currencies = this.#days.get(day) ?? new Map<string, DayFigures>()
    this.#days.set(day, currencies)
    currencies.set(currency, isolated({ day, currency, figures: added(currencies.get(currency)?.figures ?? {}, add) }))
  }
}
