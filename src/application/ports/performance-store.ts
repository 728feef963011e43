import type { PerformanceRow } from '#domain/performance/performance-row.js'
import type { Page, PageRequest } from './page.js'

/**
 * The rows of the performance log. A store may delete a row any time after it has expired. The store of memory mode keeps those of
 * the last 24 hours.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface PerformanceStore {
  /** Stores a row in place of the one of the same process and slot, so that a repeat counts nothing twice. */
  put: (row: PerformanceRow) => Promise<void>

  /** Rows of the slots that began in an hour (YYYY-MM-DDTHH), the newest slot first. */
  list: (hour: string, page: PageRequest) => Promise<Page<PerformanceRow>>
}
