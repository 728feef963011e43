import type { Static } from '@sinclair/typebox'
import type { Caller } from '#domain/accounts/session.js'
import type { Payment as PaymentEntity } from '#domain/payments/payment.js'
import type { Payment } from './schemas.js'

/**
 * What a payment shows of itself: neither its leases nor its digests, nor the buyer's e-mail.
 * Field by field, because a list is made of many, and taking the hidden ones out of a copy is far slower.
 */
export function paymentView (payment: PaymentEntity, { userId, admin }: Caller): Static<typeof Payment> {
  return {
    paymentId: payment.paymentId,
    orderId: payment.orderId,
    userId: payment.userId,
    sellerId: payment.sellerId,
    amount: payment.amount,
    currency: payment.currency,
    status: payment.status,
    refundedAmount: payment.refundedAmount,
    refunds: payment.refunds.map(({ refundId, amount, status, reason, createdAt }) => ({ refundId, amount, status, reason, createdAt })),
    disputes: [...payment.disputes],
    provider: payment.provider,
    providerReference: payment.providerReference,
    // Whoever opens it can approve: it is the payer's.
    nextAction: admin || payment.userId === userId ? payment.nextAction : null,
    failure: payment.failure,
    flags: [...payment.flags],
    description: payment.description,
    items: [...payment.items],
    metadata: payment.metadata,
    shippingAddress: payment.shippingAddress,
    createdAt: payment.createdAt,
    updatedAt: payment.updatedAt,
  }
}
