import type { Static } from '@sinclair/typebox'
import type { Caller } from '../../domain/caller.js'
import type { Payment as PaymentEntity } from '../../domain/payment.js'
import type { Payment } from './payment-schemas.js'

/** What a payment shows of itself: neither its leases nor its digests, nor the buyer's e-mail. */
export function paymentView (payment: PaymentEntity, { userId, admin }: Caller): Static<typeof Payment> {
  const { capturedAmount, buyerEmail, returnUrl, version, lease, check, fingerprint, ...shown } = payment
  return {
    ...shown,
    // Whoever opens it can approve: it is the payer's.
    nextAction: admin || payment.userId === userId ? payment.nextAction : null,
    refunds: payment.refunds.map(({ refundId, amount, status, reason, createdAt }) => ({ refundId, amount, status, reason, createdAt })),
    disputes: [...payment.disputes],
    flags: [...payment.flags],
    items: [...payment.items],
  }
}
