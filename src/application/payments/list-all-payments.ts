import type { PaymentFilter } from '#domain/payments/payment-filter.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { PaymentStore } from '../ports/payment-store.js'

export interface ListAllPaymentsQuery extends PageRequest {
  readonly filter: PaymentFilter
}

/** Everybody's payments that match, newest first. A page may hold few of them or none while there are more: see `PaymentStore.list`. */
export function makeListAllPayments ({ payments }: { payments: PaymentStore }) {
  return async function listAllPayments ({ filter, ...page }: ListAllPaymentsQuery): Promise<Page<Payment>> {
    return await payments.list(filter, page)
  }
}
