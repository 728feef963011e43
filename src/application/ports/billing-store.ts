import type { BillingRecord } from '#domain/payments/billing.js'

/**
 * Billing records, apart from the payments, so that who reads them can be limited.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface BillingStore {
  /** Keeps a record, unless the payment has one. */
  keep: (record: BillingRecord) => Promise<void>

  /** A record that has expired may still be found. */
  find: (paymentId: string) => Promise<BillingRecord | null>
}
