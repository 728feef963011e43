import type { BillingRecord } from '#domain/payments/billing.js'
import { DomainError } from '#domain/errors.js'
import type { BillingStore } from '../ports/billing-store.js'
import type { Clock } from '../ports/system.js'

/** @throws not_found also for a record that has expired */
export function makeReadBilling ({ billing, clock }: { readonly billing: BillingStore, readonly clock: Clock }) {
  return async function readBilling (paymentId: string): Promise<BillingRecord> {
    const record = await billing.find(paymentId)
    if (record === null || record.keptUntil <= clock()) throw new DomainError('not_found', 'there is no billing record of this payment')
    return record
  }
}
