import type { Payment, PaymentStatus } from '#domain/payments/payment.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { PaymentStore } from '../ports/payment-store.js'

export interface ListPaymentsQuery extends PageRequest {
  readonly userId: string
  readonly status: PaymentStatus | null
}

/** What a user has paid, newest first. */
export function makeListPayments ({ payments }: { payments: PaymentStore }) {
  return async function listPayments ({ userId, status, ...page }: ListPaymentsQuery): Promise<Page<Payment>> {
    return await payments.listOfUser(userId, status, page)
  }
}
