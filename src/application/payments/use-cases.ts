import { liveAction } from '#domain/payments/offer.js'
import type { NextAction, Payment } from '#domain/payments/payment.js'
import type { Stores } from '../ports/stores.js'
import { makePaymentDecisions } from './decide-payment.js'
import { makeExportPayments, makeGetPayment, makeListAllPayments, makeListPayments } from './read-payments.js'
import { makeHandleWebhook, type HandleWebhookPorts } from './handle-webhook.js'
import { makeListWebhookEvents, makeReplayWebhookEvent } from './webhook-events.js'
import { makePaymentStats, type PaymentStatsPorts } from './payment-stats.js'
import { makeProcessPayment, type ProcessPaymentPorts } from './process-payment.js'
import { makeCancelPayment } from './cancel-payment.js'
import { makeReadBilling } from './read-billing.js'
import { makeReadProviders } from './read-providers.js'
import { makeReconcilePayment } from './reconcile-payment.js'
import type { CompletionPorts } from './complete-payments.js'
import { makeListInstallments } from './list-installments.js'
import { makeListReversals } from './list-reversals.js'
import { makeRefundPayment, type RefundPaymentPorts } from './refund-payment.js'
import { makeReturnPayer, type ReturnPayerPorts } from './return-payer.js'
import { makeSearchOrders } from './search-orders.js'

type PaymentPorts = ProcessPaymentPorts & RefundPaymentPorts & CompletionPorts & HandleWebhookPorts & ReturnPayerPorts & PaymentStatsPorts & Pick<Stores, 'orderIndex' | 'billing' | 'attention'>

export type PaymentUseCases = ReturnType<typeof makePaymentUseCases>

export function makePaymentUseCases (ports: PaymentPorts) {
  return {
    processPayment: makeProcessPayment(ports),
    listInstallments: makeListInstallments(ports),
    getPayment: makeGetPayment(ports),
    listPayments: makeListPayments(ports),
    refundPayment: makeRefundPayment(ports),
    searchOrders: makeSearchOrders(ports),
    listAllPayments: makeListAllPayments(ports),
    exportPayments: makeExportPayments(ports),
    ...makeListReversals(ports),
    paymentStats: makePaymentStats(ports),
    returnPayer: makeReturnPayer(ports),
    reconcilePayment: makeReconcilePayment(ports),
    ...makePaymentDecisions(ports),
    cancelPayment: makeCancelPayment(ports),
    readBilling: makeReadBilling(ports),
    readProviders: makeReadProviders(ports),
    /** The action that the payer of a payment can take now. */
    liveAction: (payment: Payment): NextAction | null => liveAction(payment, ports.clock(), ports.abandonMs),
    handleWebhook: makeHandleWebhook(ports),
    listWebhookEvents: makeListWebhookEvents(ports),
    replayWebhookEvent: makeReplayWebhookEvent(ports),
  }
}
