import type { DayFigures } from '#domain/payments/payment-stats.js'

/** Figures of payments. The outbox writes them, in one step with the end of the event. */
export interface StatsStore {
  /**
   * The figures of the days from `from` to `to`, both inclusive (YYYY-MM-DD), one entry for each day and currency, in any order. The
   * cost grows with the days, not with the payments.
   *
   * @throws store_unavailable, store_busy; invalid_range when a figure of these days exceeds the exact integers
   */
  read: (from: string, to: string) => Promise<readonly DayFigures[]>
}
