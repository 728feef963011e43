import type { BillingRecord } from '#domain/payments/billing.js'
import type { BillingStore } from '#application/ports/billing-store.js'
import { Table } from '../engine/table.js'

export class MemoryBillingStore implements BillingStore {
  readonly #records = new Table<BillingRecord>()

  async keep (record: BillingRecord): Promise<void> {
    if (this.#records.get(record.paymentId) === undefined) this.#records.put(record.paymentId, record)
  }

  async find (paymentId: string): Promise<BillingRecord | null> {
    return this.#records.get(paymentId) ?? null
  }
}
