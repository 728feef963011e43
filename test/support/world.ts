import { DAY_MS } from '#domain/time.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeCancelPayment } from '#application/payments/cancel-payment.js'
import { makeCompletePayments } from '#application/payments/complete-payments.js'
import { makeReconcilePayment } from '#application/payments/reconcile-payment.js'
import { makeCompleteWebhookEvents, makeListWebhookEvents, makeReplayWebhookEvent } from '#application/payments/webhook-events.js'
import { makeGetPayment, makeListPayments } from '#application/payments/read-payments.js'
import { makeHandleWebhook } from '#application/payments/handle-webhook.js'
import type { WebhookResult } from '#application/webhooks/inbox.js'
import { makeDeclineBrake } from '#application/payments/decline-brake.js'
import { makeProcessPayment, type PaymentRequest, type ProcessedPayment } from '#application/payments/process-payment.js'
import { makeRefundPayment, type RefundedPayment, type RefundPaymentCommand } from '#application/payments/refund-payment.js'
import { makeReturnPayer } from '#application/payments/return-payer.js'
import type { OrderTokens } from '#application/ports/order-tokens.js'
import type { Identity } from '#application/ports/system.js'
import { OUTBOX_SHARDS, type OutboxEvent } from '#application/ports/outbox-store.js'
import type { ChargeAnswer, PaymentGateway } from '#application/ports/payment-gateway.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import type { Stores } from '#application/ports/stores.js'
import type { Payment } from '#domain/payments/payment.js'
import type { PaymentFact, ReportedFact } from '#domain/payments/payment-fact.js'
import { aPaymentRequest, countingIdentity, seller, settableClock } from './builders.js'
import { noOrderTokens } from './order-tokens.js'
import { ScriptedGateway } from './scripted-gateway.js'

/** Longer than any lease. */
export const LEASE_OVER_MS = 60_001
export const RETURN_ORIGIN = 'https://shop.example'

export const success = (reference = 'ref-1'): ChargeAnswer & PaymentFact => ({ kind: 'succeeded', reference, amount: 10_000, currency: 'TRY' })
export const decline: ChargeAnswer & PaymentFact = { kind: 'failed', reference: 'ref-1', failure: { code: 'insufficient_funds', message: 'Not enough money.' } }
export const unknown = { kind: 'unknown', reason: 'timeout' } as const
export const found = (...facts: ReportedFact[]): { kind: 'found', facts: ReportedFact[] } => ({ kind: 'found', facts })
export const notFound = { kind: 'not_found' } as const

export interface WorldOptions {
  readonly gateways?: readonly [ScriptedGateway, ...ScriptedGateway[]]
  /** Wraps the payment store and the gateways of the use cases. */
  readonly through?: <Port extends PaymentStore | PaymentGateway>(port: Port) => Port
  readonly persistence?: Stores
  /** Shared by worlds that share stores, so that lease owners are unique. */
  readonly identity?: Identity
  readonly orderTokens?: OrderTokens
  /** Default: payers are never given up. */
  readonly abandonMs?: number
}

export type Refund = Partial<RefundPaymentCommand> & { readonly paymentId: string }

/** The payment use cases on memory, a scripted gateway and a clock that stands still. */
export function world (options: WorldOptions = {}) {
  const { gateways = [new ScriptedGateway()], through = (port) => port, persistence = memoryStores(), identity = countingIdentity(), orderTokens = noOrderTokens, abandonMs = 365 * DAY_MS } = options
  const [gateway] = gateways
  const time = settableClock()
  const [first, ...others] = gateways
  const localAttempts = memoryStores().attempts
  const ports = {
    payments: through(persistence.payments),
    rooms: persistence.rooms,
    webhookEvents: persistence.webhookEvents,
    gateways: [through<PaymentGateway>(first), ...others.map((other) => through<PaymentGateway>(other))] as const,
    identity,
    orderTokens,
    clock: time.clock,
    returnUrlOrigins: () => [RETURN_ORIGIN],
    callbackUrl: ({ paymentId, returnKey }: Pick<Payment, 'paymentId' | 'returnKey'>) => `https://api.example/${paymentId}?key=${returnKey}`,
    localAttempts,
    declineBrake: makeDeclineBrake({ localAttempts, clock: time.clock }),
    abandonMs,
    requireStepUp: async () => {},
    stepUpAmounts: null,
  }
  const processPayment = makeProcessPayment(ports)
  const refundPayment = makeRefundPayment(ports)
  const handleWebhook = makeHandleWebhook(ports)
  let deliveries = 0

  return {
    ...persistence,
    gateway,
    time,
    handleWebhook,
    returnPayer: makeReturnPayer(ports),
    processPayment,
    getPayment: makeGetPayment(ports),
    completePayments: makeCompletePayments(ports),
    completeWebhookEvents: makeCompleteWebhookEvents(ports),
    listWebhookEvents: makeListWebhookEvents(ports),
    replayWebhookEvent: makeReplayWebhookEvent(ports),
    reconcilePayment: makeReconcilePayment(ports),
    cancelPayment: makeCancelPayment(ports),
    listPayments: makeListPayments(ports),

    /** Each key pays an order of its own, unless it is named. */
    process: async (overrides: Partial<PaymentRequest> = {}, key = 'key-1', userId = 'ada'): Promise<ProcessedPayment> =>
      await processPayment({ userId, key, ip: '203.0.113.7', orderToken: null, request: aPaymentRequest({ orderId: `order of ${key}`, ...overrides }) }),

    refund: async (command: Refund): Promise<RefundedPayment> =>
      await refundPayment({ caller: seller, key: 'refund-1', amount: null, reason: null, ...command }),

    /** A captured payment. */
    captured: async (overrides: Partial<PaymentRequest> = {}, key = 'captured'): Promise<Payment> => {
      gateway.willCharge(success())
      const { payment } = await processPayment({ userId: 'ada', key, ip: '203.0.113.7', orderToken: null, request: aPaymentRequest({ orderId: `order of ${key}`, ...overrides }) })
      return payment
    },

    /** The provider sends a webhook with a fact, under a new id unless one is given. */
    told: async (paymentId: string | null, fact: ReportedFact | 'ask' | null, eventId = `evt_${++deliveries}`, providerReference: string | null = null): Promise<WebhookResult> =>
      await handleWebhook({ provider: null, ...gateway.delivery({ eventId, type: typeof fact === 'string' ? fact : fact?.kind ?? 'other', paymentId, providerReference, fact }) }),
  }
}

export async function allEvents ({ outbox }: Pick<Stores, 'outbox'>): Promise<OutboxEvent[]> {
  const shards = await Promise.all(Array.from({ length: OUTBOX_SHARDS }, async (_, shard) => await outbox.read(shard, 1000)))
  return shards.flat().sort((a, b) => a.eventId < b.eventId ? -1 : 1)
}

export async function eventTypes (stores: Pick<Stores, 'outbox'>): Promise<string[]> {
  return (await allEvents(stores)).map(({ type }) => type)
}

/** The outcomes of concurrent calls: the answers, and the codes of the refusals. */
export async function atOnce<T> (calls: ReadonlyArray<() => Promise<T>>): Promise<{ answers: T[], codes: string[] }> {
  const settled = await Promise.allSettled(calls.map(async (call) => await call()))
  return {
    answers: settled.filter((result) => result.status === 'fulfilled').map(({ value }) => value),
    codes: settled.filter((result) => result.status === 'rejected').map(({ reason }) => codeOf(reason)),
  }
}

function codeOf (reason: unknown): string {
  return reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason)
}
