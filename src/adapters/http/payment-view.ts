import type { Static } from '@sinclair/typebox'
import type { Payment as PaymentEntity } from '../../domain/payment.js'
import type { Payment } from './payment-schemas.js'

/** What a payment shows of itself: neither its leases nor its digests, nor the buyer's e-mail. */
export function paymentView (payment: PaymentEntity): Static<typeof Payment> {
  const { capturedAmount, buyerEmail, returnUrl, version, lease, fingerprint, ...shown } = payment
  return {
    ...shown,
    refunds: payment.refunds.map(({ refundId, amount, status, reason, createdAt }) => ({ refundId, amount, status, reason, createdAt })),
    disputes: [...payment.disputes],
    flags: [...payment.flags],
    items: [...payment.items],
  }
}
