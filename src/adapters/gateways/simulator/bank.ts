import type { Clock, Identity } from '#application/ports/system.js'
import type { Unknown } from '#application/ports/payment-gateway.js'
import { isCaptured, type Payment } from '#domain/payments/payment.js'
import type { Delay } from './delivery.js'
import type { News, Story } from './news.js'
import { meaningOf, type Outcome, REFUSED, type Scenario, type WebhookSuffix } from './scenario.js'
import type { SimulatorEvent } from './webhook.js'

type Order = Pick<Payment, 'paymentId' | 'orderId' | 'amount' | 'currency' | 'returnUrl'>

export interface BankRefund {
  readonly refundId: string
  readonly amount: number
  status: 'succeeded' | 'failed'
}

export interface Dispute {
  readonly disputeId: string
  status: 'open' | 'won' | 'lost'
}

/** A charge at the bank. `amount` is the captured amount, which may differ from the requested one. */
export interface Charge extends Order, Story {
  readonly reference: string
  readonly scenario: Scenario
  outcome: Outcome | { readonly status: 'canceled' }
  readonly refunds: BankRefund[]
  dispute: Dispute | null
}

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
  refund: (payment: Payment, refundId: string, amount: number) => BankRefund['status']
  effects: () => Effects
}

/** The simulated bank, in memory. A repeat under the same idempotency key is the same charge or refund. */
export function makeBank ({ clock, identity, delay, news: { tell, tellLater }, slowMs, chargesMax }: BankOptions): Bank {
  const charges = makeBoundedMap<Charge>(chargesMax)
  const references = makeBoundedMap<Charge>(chargesMax)
  const refused = makeBoundedMap<true>(chargesMax)
  let chargeCount = 0
  let refundCount = 0

  return {
    charge,
    find: charges.get,
    hasRefused,
    findByReference: references.get,
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
    const { outcome, surplus = 0 } = scenario
    const made = remember({ ...order, amount: order.amount + surplus }, identity.random('sim'), scenario, suffix)
    if (outcome.status === 'requires_action') return made
    if (outcome.status === 'processing') {
      tell(made, { type: 'payment.processing', timestamp: clock(), data: dataOf(made) })
      tellLater(made, () => settle(made, { status: 'succeeded' }))
      return made
    }
    const event = settle(made, outcome)
    if (scenario.fault === 'answer_lost') tellLater(made, () => event)
    else tell(made, event)
    if (scenario.dispute !== undefined) tellLater(made, () => dispute(made, 'open'))
    const end = scenario.dispute
    if (end === 'won' || end === 'lost') tellLater(made, () => dispute(made, end))
    return made
  }

  function remember (order: Order, reference: string, scenario: Scenario, suffix: WebhookSuffix): Charge {
    const { paymentId, orderId, amount, currency, returnUrl } = order
    const made: Charge = {
      paymentId,
      orderId,
      amount,
      currency,
      returnUrl,
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

  function settle (settled: Charge, outcome: Outcome & { status: 'succeeded' | 'failed' }): SimulatorEvent {
    settled.outcome = outcome
    if (outcome.status === 'failed') {
      return { type: 'payment.failed', timestamp: clock(), data: { ...dataOf(settled), failure: outcome.failure } }
    }
    chargeCount++
    return { type: 'payment.succeeded', timestamp: clock(), data: dataOf(settled) }
  }

  function dispute (disputed: Charge, status: Dispute['status']): SimulatorEvent {
    const { disputeId } = disputed.dispute ??= { disputeId: identity.random('dp'), status }
    disputed.dispute.status = status
    return { type: `dispute.${status === 'open' ? 'opened' : status}`, timestamp: clock(), data: { ...dataOf(disputed), disputeId } }
  }

  function decide (reference: string, approved: boolean): Charge | undefined {
    const decided = references.get(reference)
    if (decided?.outcome.status === 'requires_action') {
      tell(decided, settle(decided, approved ? { status: 'succeeded' } : REFUSED))
    }
    return decided
  }

  function cancel (paymentId: string): void {
    const canceled = charges.get(paymentId)
    if (canceled?.outcome.status === 'requires_action') canceled.outcome = { status: 'canceled' }
  }

  function refund (payment: Payment, refundId: string, amount: number): BankRefund['status'] {
    const charged = charges.get(payment.paymentId) ?? onTrust(payment)
    if (charged === undefined) return 'failed'
    const known = charged.refunds.find((other) => other.refundId === refundId)
    if (known !== undefined) return known.status
    const made: BankRefund = { refundId, amount, status: amount <= refundable(charged) ? 'succeeded' : 'failed' }
    charged.refunds.push(made)
    tell(charged, refundEvent(charged, made))
    if (made.status === 'failed') return 'failed'
    refundCount++
    if (charged.scenario.refundsFail === true) {
      tellLater(charged, () => {
        made.status = 'failed'
        return refundEvent(charged, made)
      })
    }
    return 'succeeded'
  }

  /** Restores a charge from before a restart out of the payment, if its reference has the simulator's form. */
  function onTrust (payment: Payment): Charge | undefined {
    const reference = payment.providerReference
    if (!isCaptured(payment) || reference === null || !/^sim_[\w-]{1,64}$/.test(reference)) return undefined
    const { scenario, suffix } = meaningOf('tok_ok', payment.amount)
    const trusted = remember({ ...payment, amount: payment.capturedAmount }, reference, scenario, suffix)
    for (const { refundId, amount, status } of payment.refunds) {
      if (status !== 'pending') trusted.refunds.push({ refundId, amount, status })
    }
    return trusted
  }

  function refundEvent (refunded: Charge, { refundId, amount, status }: BankRefund): SimulatorEvent {
    return { type: `refund.${status}`, timestamp: clock(), data: { ...dataOf(refunded), amount, refundId } }
  }
}

function dataOf ({ paymentId, reference, amount, currency }: Charge) {
  return { paymentId, reference, amount, currency }
}

function refundable ({ outcome, amount, refunds }: Charge): number {
  const refunded = refunds.filter(({ status }) => status === 'succeeded').reduce((sum, refund) => sum + refund.amount, 0)
  return outcome.status === 'succeeded' ? amount - refunded : 0
}

interface BoundedMap<Value> {
  get: (key: string) => Value | undefined
  set: (key: string, value: Value) => void
}

/**
 * A map of at most `entriesMax` entries, and at least the newer half of them. It drops its older half at once, because finding the
 * oldest key of a large Map becomes slow after many deletes.
 */
function makeBoundedMap<Value> (entriesMax: number): BoundedMap<Value> {
  let older = new Map<string, Value>()
  let newer = new Map<string, Value>()
  return {
    get: (key) => newer.get(key) ?? older.get(key),
    set (key, value) {
      if (newer.size >= entriesMax / 2) {
        older = newer
        newer = new Map()
      }
      newer.set(key, value)
    },
  }
}
