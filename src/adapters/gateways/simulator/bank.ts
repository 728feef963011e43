import type { Clock, Identity } from '#application/ports/system.js'
import type { Unknown } from '#application/ports/payment-gateway.js'
import { isTaken, takenAmount, type Dispute, type Failure, type Payment } from '#domain/payments/payment.js'
import { laterBy } from '#domain/time.js'
import { makeBoundedMap } from './bounded-map.js'
import { disputeEvent, outcomeEvent, refundable, refundEvent, type BankRefund, type Charge, type Order } from './charge.js'
import type { Delay } from '#adapters/exchange/delivery.js'
import type { News } from './news.js'
import { meaningOf, type Outcome, REFUSED, type Scenario, type WebhookSuffix } from './scenario.js'
import type { SimulatorEvent } from './webhook.js'

/** Counts of money movements. */
export interface Effects {
  readonly charges: number
  readonly refunds: number
}

export interface BankOptions {
  readonly clock: Clock
  readonly identity: Pick<Identity, 'random'>
  readonly delay: Delay
  readonly news: News
  /** The duration of a charge with `tok_slow`. */
  readonly slowMs: number
  /** The time until a page closes with `tok_page_expires`. */
  readonly laterMs: number
  /** The number of charges kept in memory. The oldest are dropped first. */
  readonly chargesMax: number
}

export interface Bank {
  charge: (order: Order, token: string | null) => Promise<Readonly<Charge> | Unknown>
  find: (paymentId: string) => Readonly<Charge> | undefined
  /** Whether the bank received a request to charge this payment and did not carry it out. */
  hasRefused: (paymentId: string) => boolean
  findByReference: (reference: string) => Readonly<Charge> | undefined
  /** The payer's decision on the hosted page. Only the first one counts. */
  decide: (reference: string, approved: boolean) => Readonly<Charge> | undefined
  /** Closes the hosted page of a payment, if the payer has not decided there. */
  cancel: (paymentId: string) => void
  refund: (payment: Payment, refundId: string, amount: number) => Pick<BankRefund, 'status' | 'failure'> & Partial<Pick<BankRefund, 'reference'>>
  effects: () => Effects
}

/** The simulated bank, in memory. A repeat under the same idempotency key is the same charge or refund. */
export function makeBank ({ clock, identity, delay, news: { tell, tellLater }, slowMs, laterMs, chargesMax }: BankOptions): Bank {
  const charges = makeBoundedMap<Charge>(chargesMax)
  const references = makeBoundedMap<Charge>(chargesMax)
  const refused = makeBoundedMap<true>(chargesMax)
  let chargeCount = 0
  let refundCount = 0

  return {
    charge,
    find: (paymentId) => upToDate(charges.get(paymentId)),
    hasRefused,
    findByReference: (reference) => upToDate(references.get(reference)),
    decide,
    cancel,
    refund,
    effects: () => ({ charges: chargeCount, refunds: refundCount }),
  }

  function hasRefused (paymentId: string): boolean {
    return refused.get(paymentId) !== undefined
  }

  async function charge (order: Order, token: string | null): Promise<Charge | Unknown> {
    const known = charges.get(order.paymentId)
    if (known !== undefined) return known
    const { scenario, suffix } = meaningOf(token, order.amount)
    const isFirst = !hasRefused(order.paymentId)
    if (scenario.fault === 'server_error') {
      refused.set(order.paymentId, true)
      return { kind: 'unknown', reason: 'the provider answered 500' }
    }
    if (scenario.fault === 'first_request_lost' && isFirst) {
      refused.set(order.paymentId, true)
      return { kind: 'unknown', reason: 'the provider did not answer in time' }
    }
    if (scenario.slow === true) await delay(slowMs)
    // A repeat may have made the charge meanwhile.
    const made = charges.get(order.paymentId) ?? open(order, scenario, suffix)
    return scenario.fault === 'answer_lost' ? { kind: 'unknown', reason: 'the provider did not answer in time' } : made
  }

  function open (order: Order, scenario: Scenario, suffix: WebhookSuffix): Charge {
    const { fault, dispute = [], dashboardRefund, expires, end = { status: 'succeeded' } } = scenario
    const made = remember(order, identity.random('sim'), scenario, suffix)
    if (made.outcome.status === 'requires_action') {
      if (expires === true) tellLater(made, () => close(made))
      return made
    }
    if (made.outcome.status === 'processing') {
      tellNow(made, outcomeEvent(made, clock()))
      tellLater(made, () => settle(made, end))
      return made
    }
    const event = settle(made, scenario.outcome)
    if (fault === 'answer_lost') tellLater(made, () => event)
    else tellNow(made, event)
    for (const status of dispute) tellLater(made, () => disputed(made, status))
    if (dashboardRefund === true) tellLater(made, () => refundedThere(made))
    return made
  }

  function tellNow (charge: Charge, event: SimulatorEvent | null): void {
    if (event !== null) tell(charge, event)
  }

  function remember (order: Order, reference: string, scenario: Scenario, suffix: WebhookSuffix): Charge {
    const { paymentId, orderId, currency, returnUrl } = order
    const { installments = 1, surplus = 0, expires } = scenario
    const amount = order.amount + surplus
    const made: Charge = {
      paymentId,
      orderId,
      amount,
      charged: installments === 1 ? amount : amount + Math.ceil(amount / 10),
      installments,
      currency,
      returnUrl,
      expiresAt: expires === true ? laterBy(clock(), laterMs) : order.expiresAt,
      reference,
      scenario,
      suffix,
      outcome: scenario.outcome,
      refunds: [],
      dispute: null,
      news: Promise.resolve(),
      held: null,
    }
    charges.set(paymentId, made)
    references.set(reference, made)
    return made
  }

  function settle (settled: Charge, outcome: Outcome): SimulatorEvent | null {
    settled.outcome = outcome
    if (outcome.status === 'succeeded') chargeCount++
    return outcomeEvent(settled, clock())
  }

  /** The charge, closed if its page has expired. */
  function upToDate (charge: Charge | undefined): Charge | undefined {
    if (charge !== undefined && charge.expiresAt !== null && charge.expiresAt <= clock()) tellNow(charge, close(charge))
    return charge
  }

  /** Closes the page, if the payer has not decided there. */
  function close (closed: Charge): SimulatorEvent | null {
    if (closed.outcome.status !== 'requires_action') return null
    closed.outcome = { status: 'canceled' }
    return outcomeEvent(closed, clock())
  }

  function disputed (charge: Charge, status: Dispute['status']): SimulatorEvent {
    const at = clock()
    const { disputeId } = charge.dispute ?? { disputeId: identity.random('dp') }
    charge.dispute = { disputeId, status, at }
    return disputeEvent(charge, disputeId, status, at)
  }

  function decide (reference: string, approved: boolean): Charge | undefined {
    const decided = upToDate(references.get(reference))
    if (decided?.outcome.status === 'requires_action') tellNow(decided, settle(decided, approved ? { status: 'succeeded' } : REFUSED))
    return decided
  }

  function cancel (paymentId: string): void {
    const canceled = charges.get(paymentId)
    if (canceled !== undefined) close(canceled)
  }

  function refund (payment: Payment, refundId: string, amount: number): ReturnType<Bank['refund']> {
    const charged = charges.get(payment.paymentId) ?? onTrust(payment)
    if (charged === undefined) return { status: 'failed', failure: { code: 'no_charge', message: 'the bank has not charged this payment' } }
    const known = charged.refunds.find((other) => other.refundId === refundId)
    if (known !== undefined) return known
    const made = giveBack(charged, refundId, amount)
    tell(charged, refundEvent(charged, made, clock()))
    if (made.status === 'succeeded' && charged.scenario.refundsFail === true) {
      tellLater(charged, () => {
        Object.assign(made, { status: 'failed', failure: { code: 'account_closed', message: "the payer's account is closed" } })
        return refundEvent(charged, made, clock())
      })
    }
    return { ...made }
  }

  /** Half of the money, as long as it is there. */
  function refundedThere (charge: Charge): SimulatorEvent | null {
    const amount = Math.min(Math.ceil(charge.charged / 2), refundable(charge))
    return amount === 0 ? null : refundEvent(charge, giveBack(charge, null, amount), clock())
  }

  function giveBack (charge: Charge, refundId: string | null, amount: number): BankRefund {
    const failure = refusalOf(charge, amount)
    const made: BankRefund = { refundId, reference: identity.random('rf'), amount, status: failure === null ? 'succeeded' : 'failed', failure }
    charge.refunds.push(made)
    if (failure === null) refundCount++
    return made
  }

  /** Restores a charge from before a restart out of the payment, if its reference has the simulator's form. */
  function onTrust (payment: Payment): Charge | undefined {
    const reference = payment.providerReference
    if (!isTaken(payment) || reference === null || !/^sim_[\w-]{1,64}$/.test(reference)) return undefined
    const { scenario, suffix } = meaningOf('tok_ok', payment.amount)
    const trusted = remember({ ...payment, amount: takenAmount(payment) }, reference, scenario, suffix)
    for (const { refundId, origin, amount, status, failure, ...refunded } of payment.refunds) {
      if (status !== 'pending') trusted.refunds.push({ refundId: origin === 'service' ? refundId : null, reference: refunded.reference ?? refundId, amount, status, failure })
    }
    return trusted
  }
}

function refusalOf (charge: Charge, amount: number): Failure | null {
  if (amount > refundable(charge)) return { code: 'amount_too_high', message: 'less than this amount is left to refund' }
  return charge.scenario.refundsRefused ?? null
}
