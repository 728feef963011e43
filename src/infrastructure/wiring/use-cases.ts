import { makeListAudit } from '#application/audit/list-audit.js'
import { makeRecordAct } from '#application/audit/record-act.js'
import { makeBlockUser } from '#application/messages/block-user.js'
import { makeListConversations } from '#application/messages/list-conversations.js'
import { makeListMessages } from '#application/messages/list-messages.js'
import { makeMarkConversationRead } from '#application/messages/mark-conversation-read.js'
import { makeMarkMessageRead } from '#application/messages/mark-message-read.js'
import { makeSendMessage } from '#application/messages/send-message.js'
import { makeListParkedEvents } from '#application/outbox/list-parked-events.js'
import { makeRetryParkedEvent } from '#application/outbox/retry-parked-event.js'
import { makeExportPayments } from '#application/payments/export-payments.js'
import { makeGetPayment } from '#application/payments/get-payment.js'
import { makeHandleWebhook } from '#application/payments/handle-webhook.js'
import { makeListAllPayments } from '#application/payments/list-all-payments.js'
import { makeListPayments } from '#application/payments/list-payments.js'
import { makeListWebhookEvents } from '#application/payments/list-webhook-events.js'
import { makePaymentStats } from '#application/payments/payment-stats.js'
import { makeProcessPayment } from '#application/payments/process-payment.js'
import { makeReconcilePayment } from '#application/payments/reconcile-payment.js'
import { makeRefundPayment } from '#application/payments/refund-payment.js'
import { makeReplayWebhookEvent } from '#application/payments/replay-webhook-event.js'
import { makeReturnPayer } from '#application/payments/return-payer.js'
import { makeSearchOrders } from '#application/payments/search-orders.js'
import { makeListQuarantine } from '#application/quarantine/list-quarantine.js'
import { makeResolveQuarantined } from '#application/quarantine/resolve-quarantined.js'
import { makeRetryQuarantined } from '#application/quarantine/retry-quarantined.js'
import { makeAddStreamer } from '#application/streamers/add-streamer.js'
import { makeGetStreamerStatus } from '#application/streamers/get-streamer-status.js'
import { makeListLedger } from '#application/streamers/list-ledger.js'
import { makeListStreamers } from '#application/streamers/list-streamers.js'
import { makeUseMinutes } from '#application/streamers/use-minutes.js'
import type { UseCases } from '#adapters/http/routes.js'
import type { Cradle } from './cradle.js'

/** Every use case with the ports that it asks for by name. */
export function makeUseCases (ports: Cradle): UseCases {
  return {
    sendMessage: makeSendMessage(ports),
    listMessages: makeListMessages(ports),
    markMessageRead: makeMarkMessageRead(ports),
    listConversations: makeListConversations(ports),
    markConversationRead: makeMarkConversationRead(ports),
    blockUser: makeBlockUser(ports),
    processPayment: makeProcessPayment(ports),
    getPayment: makeGetPayment(ports),
    listPayments: makeListPayments(ports),
    refundPayment: makeRefundPayment(ports),
    searchOrders: makeSearchOrders(ports),
    listAllPayments: makeListAllPayments(ports),
    exportPayments: makeExportPayments(ports),
    handleWebhook: makeHandleWebhook(ports),
    returnPayer: makeReturnPayer(ports),
    reconcilePayment: makeReconcilePayment(ports),
    listWebhookEvents: makeListWebhookEvents(ports),
    replayWebhookEvent: makeReplayWebhookEvent(ports),
    paymentStats: makePaymentStats(ports),
    listParkedEvents: makeListParkedEvents(ports),
    retryParkedEvent: makeRetryParkedEvent(ports),
    listQuarantine: makeListQuarantine(ports),
    retryQuarantined: makeRetryQuarantined(ports),
    resolveQuarantined: makeResolveQuarantined(ports),
    addStreamer: makeAddStreamer(ports),
    listStreamers: makeListStreamers(ports),
    getStreamerStatus: makeGetStreamerStatus(ports),
    useMinutes: makeUseMinutes(ports),
    listLedger: makeListLedger(ports),
    ...ports.notifying.useCases,
    listAudit: makeListAudit(ports),
    recordAct: makeRecordAct(ports),
  }
}
