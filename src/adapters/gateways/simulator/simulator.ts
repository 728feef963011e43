import type { FastifyPluginAsync } from 'fastify'
import type { Clock, Identity } from '#application/ports/system.js'
import type { LookupAnswer, PaymentGateway } from '#application/ports/payment-gateway.js'
import { type Delay, delay as realDelay, makeDelivery, type Undelivered } from '#adapters/exchange/delivery.js'
import { SIGNATURE_HEADER, webhookKey } from '#adapters/exchange/standard-webhooks.js'
import { installments } from './installments.js'
import { makePages } from './pages.js'
import { makeNews } from './news.js'
import { type Effects, makeBank, type Bank } from './bank.js'
import { type Charge, installmentsOf } from './charge.js'
import { type SimulatorEvent, verifyWebhook } from './webhook.js'
import type { ChargeFact, ReportedFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'

/** Times in milliseconds, and counts. */
export const SIMULATOR_LIMITS = {
  slowMs: 3000,
  laterMs: 2000,
  lateMs: 30_000,
  overtakeMs: 5000,
  chargesMax: 100_000,
  triesMax: 5,
  backoffMs: 500,
  timeoutMs: 5000,
  inFlightMax: 8,
  pendingMax: 1000,
  newsWaitMs: 3000,
}

export interface SimulatorOptions {
  /** `whsec_` and base64. The first signs; each is accepted, so that one can be replaced without a gap. */
  readonly secrets: readonly [string, ...string[]]
  /** The address of webhooks. Called at each try, because the port is known only once the service listens. */
  readonly webhookUrl: () => string
  /** The public address of the payment page: `/simulator/pay/<reference>`. */
  readonly pageUrl: (reference: string) => string
  readonly clock: Clock
  readonly identity: Pick<Identity, 'random'>
  /** Called for each webhook that no try has delivered. Must not throw. */
  readonly onGivenUp: (undelivered: Undelivered) => void
  /** Replaces waits in tests. */
  readonly delay?: Delay
  readonly limits?: Partial<typeof SIMULATOR_LIMITS>
}

export interface Simulator {
  readonly gateway: PaymentGateway
  /** The hosted payment page. */
  readonly pages: FastifyPluginAsync
  effects: () => Effects
  /** Ends the sending of webhooks, within `timeoutMs`. */
  close: () => Promise<void>
}

/**
 * A payment provider inside the service, for development, tests and demonstrations. It sends real webhooks over HTTP.
 * @throws Error where a secret is malformed
 */
export function makeSimulator (options: SimulatorOptions): Simulator {
  const { webhookUrl, pageUrl, clock, identity, onGivenUp, delay = realDelay } = options
  const limits = { ...SIMULATOR_LIMITS, ...options.limits }
  const [current, ...older] = options.secrets
  const key = webhookKey(current)
  const delivery = makeDelivery<SimulatorEvent>({ key, webhookUrl, clock, delay, onGivenUp, ...limits })
  const bank = makeBank({ clock, identity, delay, news: makeNews({ identity, delay, send: delivery.send, ...limits }), ...limits })
  return {
    gateway: makeGateway({ bank, keys: [key, ...older.map(webhookKey)], pageUrl }),
    pages: makePages({ bank, delay, newsWaitMs: limits.newsWaitMs }),
    effects: bank.effects,
    close: delivery.close,
  }
}

export interface GatewayOptions {
  readonly bank: Bank
  /** The keys of accepted signatures. */
  readonly keys: readonly Buffer[]
  /** The address of the page on which the payer approves or refuses. */
  readonly pageUrl: (reference: string) => string
}

export function makeGateway ({ bank, keys, pageUrl }: GatewayOptions): PaymentGateway {
  return {
    provider: 'simulator',
    capabilities: { idempotent: true, currencies: null },
    installments,
    signatureHeader: SIGNATURE_HEADER,
    /** The simulator accepts every charge. The token alone decides what becomes of it. */
    check () {},
    async charge ({ payment, token }) {
      const answer = await bank.charge(payment, token)
      return 'kind' in answer ? answer : chargeFact(answer)
    },
    lookup,
    async refund ({ payment, refundId, amount }) {
      const { status, reference, failure } = bank.refund(payment, refundId, amount)
      const told = reference === undefined ? {} : { reference }
      return status === 'failed' ? { kind: status, ...told, ...(failure !== null && { failure }) } : { kind: status, ...told }
    },
    async cancel (payment) {
      bank.cancel(payment.paymentId)
      return await lookup(payment)
    },
    verifyWebhook: (delivery) => verifyWebhook(delivery, keys),
  }

  async function lookup ({ paymentId }: Payment): Promise<LookupAnswer> {
    const charge = bank.find(paymentId)
    if (charge !== undefined) return { kind: 'found', facts: factsOf(charge) }
    // Its memory ends at a restart, and each process has its own: it is certain only of a charge that it refused itself.
    return bank.hasRefused(paymentId) ? { kind: 'not_found' } : { kind: 'unknown', reason: 'the simulator does not remember this payment' }
  }

  function chargeFact (charge: Readonly<Charge>): ChargeFact {
    const { outcome, reference, amount, currency, scenario, expiresAt } = charge
    const url = pageUrl(reference)
    switch (outcome.status) {
      case 'succeeded': return { kind: 'succeeded', reference, amount, currency, ...installmentsOf(charge) }
      case 'failed': return { kind: 'failed', reference, failure: outcome.failure }
      case 'processing': return { kind: 'processing', reference, ...(scenario.voucher === true && { nextAction: { type: 'voucher', url } }) }
      case 'canceled': return { kind: 'canceled', reference }
      case 'requires_action': return { kind: 'requires_action', reference, nextAction: { type: 'redirect', url, ...(expiresAt !== null && { expiresAt }) } }
    }
  }

  function factsOf (charge: Readonly<Charge>): ReportedFact[] {
    const { dispute, charged: amount, currency, reference } = charge
    const refunds = charge.refunds.map(({ failure, ...refund }): ReportedFact => ({ kind: 'refund', ...refund, currency, charge: reference, ...(failure !== null && { failure }) }))
    const disputes: ReportedFact[] = dispute === null ? [] : [{ kind: 'dispute', ...dispute, amount, currency, charge: reference }]
    return [chargeFact(charge), ...refunds, ...disputes]
  }
}
