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

/** @throws not_found also for a payment that the caller has no part in */
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

/** A caller without a user id is no party, not even to a payment without a seller. */
function isParty (payment: Payment, userId: string | null): boolean {
  return userId !== null && (payment.userId === userId || payment.sellerId === userId)
}

export interface ListPaymentsQuery extends PageRequest {
  readonly userId: string
  readonly status: PaymentStatus | null
}

/** The payments of a payer, newest first. */
export function makeListPayments ({ payments }: { payments: PaymentStore }) {
  return async function listPayments ({ userId, status, ...page }: ListPaymentsQuery): Promise<Page<Payment>> {
    return await payments.listOfUser(userId, status, page)
  }
}

export interface ListAllPaymentsQuery extends PageRequest {
  readonly filter: PaymentFilter
}

/**
 * The payments of all users that match, newest first. A page may hold few or none while the list continues: see
 * `PaymentStore.list`.
 */
export function makeListAllPayments ({ payments }: { payments: PaymentStore }) {
  return async function listAllPayments ({ filter, ...page }: ListAllPaymentsQuery): Promise<Page<Payment>> {
    return await payments.list(filter, page)
  }
}

/** Payments of an export that are in memory at once. */
export const EXPORT_PAGE = 500

/**
 * All payments that match, newest first, page by page. The store is asked for a page only when the reader wants it. A page may
 * be empty, so that a reader can stop within a long stretch without a match.
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
