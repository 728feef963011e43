import type { Caller } from '#domain/caller.js'
import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
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
