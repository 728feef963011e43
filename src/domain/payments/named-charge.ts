import { DomainError } from '../errors.js'
import type { Payment } from './payment.js'

/**
 * The payment with the charge that is to be refunded. That of a payment of the earlier application has the reference that an administrator names,
 * because its row may hold none, or any. It may be corrected as long as nothing was given back of it.
 *
 * @param reference the provider's id of the charge; undefined where the request names none
 * @throws payment_not_refundable
 */
export function withNamedCharge (payment: Payment, reference: string | undefined): Payment {
  const { earlier, providerReference, refunds } = payment
  if (earlier === null) {
    if (reference === undefined || reference === providerReference) return payment
    throw new DomainError('payment_not_refundable', 'the provider has charged this payment under another reference')
  }
  if (earlier.amountAssumed) throw new DomainError('payment_not_refundable', 'the unit of its amounts is assumed: the back-fill has to write this payment of the earlier application first')
  if (reference === undefined) throw new DomainError('payment_not_refundable', 'name the providerReference of the charge: the earlier application has stored this payment')
  if (reference === earlier.reference) return payment
  if (refunds.some(({ origin, status }) => origin === 'service' && status !== 'failed')) {
    throw new DomainError('payment_not_refundable', 'it was refunded under another reference')
  }
  return { ...payment, providerReference: reference, earlier: { ...earlier, reference } }
}
