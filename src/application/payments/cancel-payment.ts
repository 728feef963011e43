import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { isChargeOpen, isPayerDone } from '#domain/payments/follow-up.js'
import { endOffer } from '#domain/payments/offer.js'
import { checkUnderstood, isTaken, type Payment } from '#domain/payments/payment.js'
import { settleAll } from '#domain/payments/settlement.js'
import { checkNotInProgress } from '../idempotency.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { Clock, Identity } from '../ports/system.js'
import { requireGateway, type Gateways } from './gateways.js'
import { lookUp } from './provider-call.js'
import { visiblePayment } from './read-payments.js'

export interface CancelPaymentPorts {
  readonly payments: PaymentStore
  readonly gateways: Gateways
  readonly identity: Identity
  readonly clock: Clock
}

export interface CancelPaymentCommand {
  readonly caller: Caller
  readonly paymentId: string
}

/**
 * Cancels a payment that is not paid. Its page is not offered from then on; it counts as canceled only once the provider says so,
 * and stays open until then. A repeat answers the current state.
 *
 * @throws not_found, payment_not_cancelable, payment_unreadable, request_in_progress, unknown_provider, store_unavailable
 */
export function makeCancelPayment ({ payments, gateways, identity, clock }: CancelPaymentPorts) {
  return async function cancelPayment ({ caller, paymentId }: CancelPaymentCommand): Promise<Payment> {
    const known = visiblePayment(await payments.find(paymentId), caller)
    checkUnderstood(known)
    checkCancelable(known)
    if (!isChargeOpen(known)) return known
    const gateway = requireGateway(gateways, known.provider)
    const { payment: ended } = await payments.update(paymentId, (current) => {
      checkNotInProgress(current.lease, clock())
      return endOffer(current, clock())
    }, { known })
    const facts = await lookUp(gateway, ended, { identity, clock }, 'cancel') ?? []
    const now = clock()
    const { payment } = await payments.update(paymentId, (current) => settleAll(current, facts, now), { known: ended })
    checkCancelable(payment)
    return payment
  }
}

/** @throws payment_not_cancelable once the payer has done their part */
function checkCancelable (payment: Payment): void {
  if (isTaken(payment)) throw new DomainError('payment_not_cancelable', 'the money was taken; refund the payment')
  if (isPayerDone(payment)) throw new DomainError('payment_not_cancelable', 'the payer has done their part, and the provider has not decided yet')
}
