import type { DayFigures } from '../../domain/payment-stats.js'

/** Figures of payments, kept by the dispatcher of the outbox. */
export interface StatsStore {
  /**
   * The figures of all days from the one to the other, both included, with one entry a day and currency, in any order.
   * Its cost grows with the days, not with the payments. @throws store_unavailable
   */
  read: (from: string, to: string) => Promise<readonly DayFigures[]>
}
