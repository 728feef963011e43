import { makeBlockUser } from '../../src/application/messages/block-user.js'
import { makeListConversations } from '../../src/application/messages/list-conversations.js'
import { makeListMessages } from '../../src/application/messages/list-messages.js'
import { makeMarkConversationRead } from '../../src/application/messages/mark-conversation-read.js'
import { makeMarkMessageRead } from '../../src/application/messages/mark-message-read.js'
import { makeSendMessage } from '../../src/application/messages/send-message.js'
import { makeShardDispatcher } from '../../src/application/outbox/dispatch-shard.js'
import type { Effect } from '../../src/application/outbox/effect.js'
import { makeCompletePayments } from '../../src/application/payments/complete-payments.js'
import { makeCompleteWebhookEvents } from '../../src/application/payments/complete-webhook-events.js'
import type { Gateways } from '../../src/application/payments/gateways.js'
import { makeGetPayment } from '../../src/application/payments/get-payment.js'
import { makeHandleWebhook } from '../../src/application/payments/handle-webhook.js'
import { makeListPayments } from '../../src/application/payments/list-payments.js'
import { makePaymentStats } from '../../src/application/payments/payment-stats.js'
import { makeProcessPayment } from '../../src/application/payments/process-payment.js'
import { makeReconcilePayment } from '../../src/application/payments/reconcile-payment.js'
import { makeRefundPayment } from '../../src/application/payments/refund-payment.js'
import { makeReturnPayer } from '../../src/application/payments/return-payer.js'
import { makeSearchOrders } from '../../src/application/payments/search-orders.js'
import type { Clock } from '../../src/application/ports/clock.js'
import type { Identity } from '../../src/application/ports/identity.js'
import { OUTBOX_SHARDS } from '../../src/application/ports/outbox-store.js'
import type { Persistence } from '../../src/application/ports/persistence.js'

/** All that the use cases of one node stand on. */
export interface Ports extends Pick<Persistence, 'messages' | 'conversations' | 'payments' | 'webhookEvents' | 'orderIndex' | 'outbox' | 'stats'> {
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
