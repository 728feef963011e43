import type { PaymentFilter } from '#domain/payments/payment-filter.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Page } from '../ports/page.js'
import type { PaymentStore } from '../ports/payment-store.js'

/** Payments that are held at once, whatever the number of all. */
export const EXPORT_PAGE = 500

/**
 * All payments that match, newest first, page by page: the store is asked for the next one only when it is wanted, and for
 * nothing more once the reader has returned. A page may be empty, so that a reader can leave a long stretch without a match too.
 */
export function makeExportPayments ({ payments }: { payments: PaymentStore }) {
  return async function * exportPayments (filter: PaymentFilter): AsyncGenerator<readonly Payment[], void> {
    let before: string | null = null
    do {
      const { items, nextKey }: Page<Payment> = await payments.list(filter, { before, limit: EXPORT_PAGE })
      yield items
      before = nextKey
    } while (before !== null)
  }
}
