import { makeBlockUser } from '#application/messages/block-user.js'
import { makeListConversations } from '#application/messages/list-conversations.js'
import { makeListMessages } from '#application/messages/list-messages.js'
import { makeMarkConversationRead } from '#application/messages/mark-conversation-read.js'
import { makeMarkMessageRead } from '#application/messages/mark-message-read.js'
import { makeSendMessage } from '#application/messages/send-message.js'
import { makeShardDispatcher } from '#application/outbox/dispatch-shard.js'
import type { Effect } from '#application/outbox/effect.js'
import { makeCompletePayments } from '#application/payments/complete-payments.js'
import { makeCompleteWebhookEvents } from '#application/payments/complete-webhook-events.js'
import type { Gateways } from '#application/payments/gateways.js'
import { makeGetPayment } from '#application/payments/get-payment.js'
import { makeHandleWebhook } from '#application/payments/handle-webhook.js'
import { makeListPayments } from '#application/payments/list-payments.js'
import { makePaymentStats } from '#application/payments/payment-stats.js'
import { makeProcessPayment } from '#application/payments/process-payment.js'
import { makeReconcilePayment } from '#application/payments/reconcile-payment.js'
import { makeRefundPayment } from '#application/payments/refund-payment.js'
import { makeReturnPayer } from '#application/payments/return-payer.js'
import { makeSearchOrders } from '#application/payments/search-orders.js'
import type { Clock } from '#application/ports/clock.js'
import type { Identity } from '#application/ports/identity.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import type { Stores } from '#application/ports/stores.js'

/** All that the use cases of one node stand on. */
export interface Ports extends Pick<Stores, 'messages' | 'conversations' | 'payments' | 'webhookEvents' | 'orderIndex' | 'outbox' | 'stats'> {
  readonly gateways: Gateways
  readonly identity: Identity
  readonly clock: Clock
  readonly effects: readonly Effect[]
}

export type UseCases = ReturnType<typeof makeUseCases>

/** The use cases as the service has them. */
export function makeUseCases (given: Ports) {
  const ports = { ...given, returnUrlOrigins: () => [], callbackUrl: (paymentId: string) => `https://api.example/${paymentId}` }
  const dispatching = { ...ports, outboxObserver: { waiting: () => {}, ended: () => {}, parked: () => {} } }
  return {
    sendMessage: makeSendMessage(ports),
    listMessages: makeListMessages(ports),
    markMessageRead: makeMarkMessageRead(ports),
    markConversationRead: makeMarkConversationRead(ports),
    listConversations: makeListConversations(ports),
    blockUser: makeBlockUser(ports),
    processPayment: makeProcessPayment(ports),
    getPayment: makeGetPayment(ports),
    listPayments: makeListPayments(ports),
    refundPayment: makeRefundPayment(ports),
    returnPayer: makeReturnPayer(ports),
    reconcilePayment: makeReconcilePayment(ports),
    searchOrders: makeSearchOrders(ports),
    paymentStats: makePaymentStats(ports),
    handleWebhook: makeHandleWebhook(ports),
    completePayments: makeCompletePayments(ports),
    completeWebhookEvents: makeCompleteWebhookEvents(ports),
    dispatchers: Array.from({ length: OUTBOX_SHARDS }, (_, shard) => makeShardDispatcher(dispatching, shard)),
  }
}
