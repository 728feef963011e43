import type { Static } from '@sinclair/typebox'
import type { Caller } from '#domain/accounts/session.js'
import { fulfillmentOf } from '#domain/payments/fulfillment.js'
import { takenCurrency, type Dispute, type NextAction, type Payment as PaymentEntity, type Refund } from '#domain/payments/payment.js'
import type { Reversal } from '#application/payments/list-reversals.js'
import type { ListedDispute, ListedRefund } from './reversal-schemas.js'
import type { Payment } from './schemas.js'

/** The action that the payer of a payment can take now. */
export type LiveAction = (payment: PaymentEntity) => NextAction | null

export type PaymentView = (payment: PaymentEntity) => Static<typeof Payment>

/** How this caller sees payments. */
export function viewFor (caller: Caller, liveAction: LiveAction): PaymentView {
  return (payment) => paymentView(payment, caller, liveAction)
}

/**
 * A payment without its leases, its digests and the e-mail address of the buyer. It is copied field by field, because lists hold many
 * payments, and removing the hidden fields from a copy is far slower.
 */
function paymentView (payment: PaymentEntity, { userId, admin }: Caller, liveAction: LiveAction): Static<typeof Payment> {
  return {
    paymentId: payment.paymentId,
    orderId: payment.orderId,
    userId: payment.userId,
    sellerId: payment.sellerId,
    amount: payment.amount,
    currency: payment.currency,
    status: payment.status,
    refundedAmount: payment.refundedAmount,
    refunds: payment.refunds.map(refundView),
    disputes: payment.disputes.map((dispute) => disputeView(payment, dispute)),
    taken: payment.taken,
    causes: admin ? [...payment.causes] : payment.causes.map(({ decided, ...cause }) => cause),
    installments: payment.installments,
    discountAmount: payment.discountAmount,
    shippingAmount: payment.shippingAmount,
    taxAmount: payment.taxAmount,
    expiresAt: payment.expiresAt,
    orderSigned: payment.orderSigned,
    roomId: payment.roomId,
    productId: payment.productId,
    provider: payment.provider,
    providerReference: payment.providerReference,
    // The page lets anyone who opens it approve the payment, so the seller does not see it.
    nextAction: admin || payment.userId === userId ? liveAction(payment) : null,
    failure: payment.failure,
    flags: [...payment.flags],
    description: payment.description,
    items: [...payment.items],
    metadata: payment.metadata,
    shippingAddress: payment.shippingAddress,
    fulfillment: { status: fulfillmentOf(payment), shipments: payment.shipments.map(({ shipmentId, items, state, direction = OUTBOUND }) => ({ shipmentId, direction, items: [...items], state })) },
    createdAt: payment.createdAt,
    updatedAt: payment.updatedAt,
    ...(payment.earlier !== null && { earlier: true, amountAssumed: payment.earlier.amountAssumed }),
  }
}

/** The direction of a shipment whose entry has none. */
const OUTBOUND = 'outbound' as const

function refundView ({ refundId, amount, status, reason, createdAt, origin, reference, charge, failure }: Refund) {
  return { refundId, amount, status, reason, createdAt, origin, reference, charge, failure }
}

function disputeView ({ currency: own }: PaymentEntity, { disputeId, amount, currency, status, charge }: Dispute) {
  return { disputeId, amount, currency: currency ?? own, status, charge }
}

export function listedRefund ({ payment, reversal }: Reversal<Refund>): Static<typeof ListedRefund> {
  return { ...ofPayment(payment), ...refundView(reversal), currency: takenCurrency(payment) }
}

export function listedDispute ({ payment, reversal }: Reversal<Dispute>): Static<typeof ListedDispute> {
  return { ...ofPayment(payment), ...disputeView(payment, reversal), createdAt: reversal.createdAt, saidAt: reversal.at }
}

function ofPayment ({ paymentId, orderId, userId, sellerId, provider, amount }: PaymentEntity) {
  return { paymentId, orderId, userId, sellerId, provider, paymentAmount: amount }
}
