import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import { makeCompletePayment, type CompletionPorts } from './complete-payment.js'

/**
 * Asks the provider at once how what is open of a payment ends. Where all is final, or somebody is asking already, it answers the payment as it is.
 *
 * @throws not_found
 */
export function makeReconcilePayment (ports: CompletionPorts) {
  const completePayment = makeCompletePayment(ports)

  return async function reconcilePayment (paymentId: string): Promise<Payment> {
    const known = await ports.payments.find(paymentId)
    if (known === null) throw new DomainError('not_found', 'there is no such payment')
    return (await completePayment(known, 'now')).payment
  }
}
