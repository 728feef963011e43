import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import type { PaymentFilter } from '#domain/payments/payment-filter.js'
import type { Payment, PaymentStatus } from '#domain/payments/payment.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { PaymentStore } from '../ports/payment-store.js'

export interface GetPaymentQuery {
  readonly caller: Caller
  readonly paymentId: string
}

/** @throws not_found, also for a payment that the caller has no part in */
export function makeGetPayment ({ payments }: { payments: PaymentStore }) {
  return async function getPayment ({ caller, paymentId }: GetPaymentQuery): Promise<Payment> {
    return visiblePayment(await payments.find(paymentId), caller)
  }
}

/** The payment, if the caller is its payer, its seller or an administrator. @throws not_found */
export function visiblePayment (payment: Payment | null, { userId, admin }: Caller): Payment {
  if (payment !== null && (admin || isParty(payment, userId))) return payment
  throw new DomainError('not_found', 'there is no such payment')
}

/** Nobody, whose id is null, is no party to a payment without a seller either. */
function isParty (payment: Payment, userId: string | null): boolean {
  return userId !== null && (payment.userId === userId || payment.sellerId === userId)
}

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

export interface ListAllPaymentsQuery extends PageRequest {
  readonly filter: PaymentFilter
}

/** Everybody's payments that match, newest first. A page may hold few of them or none while there are more: see `PaymentStore.list`. */
export function makeListAllPayments ({ payments }: { payments: PaymentStore }) {
  return async function listAllPayments ({ filter, ...page }: ListAllPaymentsQuery): Promise<Page<Payment>> {
    return await payments.list(filter, page)
  }
}

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
