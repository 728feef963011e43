import type { DayFigures } from '#domain/payments/payment-stats.js'

/** Figures of payments, kept by the dispatcher of the outbox. */
export interface StatsStore {
  /**
   * The figures of all days from the one to the other, both included, with one entry a day and currency, in any order.
   * Its cost grows with the days, not with the payments.
   * @throws store_unavailable; invalid_range where a figure of these days is beyond what a number holds exactly
   */
  read: (from: string, to: string) => Promise<readonly DayFigures[]>
}
