import { DomainError } from '#domain/errors.js'
import type { Decision } from '#domain/payments/decision.js'
import { isLeased } from '#domain/lease.js'
import { holdOf, isOtherOrder, replacedBy, servesToo, type Hold, type OrderClaim } from '#domain/payments/order-claim.js'
import { isUnderstood, type Payment } from '#domain/payments/payment.js'
import { settleAll } from '#domain/payments/settlement.js'
import { secondsUntil, type Timestamp } from '#domain/time.js'
import type { Clock, Identity } from '../ports/system.js'
import type { InsertOptions, PaymentStore } from '../ports/payment-store.js'
import { gatewayOf, type Gateways } from './gateways.js'
import { lookUp } from './provider-call.js'

/** When a payment that is open, and that no request is working on, is worth another look. */
const RETRY_AFTER_S = 30

/** `stored`: the payment is the intent. `known`: it has the intent's id. `holder`: it holds the order, and the intent was not stored. */
export type Placed =
  | { readonly as: 'stored' | 'known', readonly payment: Payment, readonly refusal: null }
  | { readonly as: 'holder', readonly payment: Payment, readonly refusal: DomainError }

export interface PlaceOrderPorts {
  readonly payments: PaymentStore
  readonly gateways: Gateways
  readonly identity: Identity
  readonly clock: Clock
  /** How long payers have to pay where the request did not say. */
  readonly abandonMs: number
}

/**
 * Stores the intent of a payment if no other payment holds its order. A payment that has failed or was canceled frees the order; so does
 * one whose page was open for something else, once its provider has closed the page. A page that is open for the same is offered again, by
 * a refusal without a time to wait.
 *
 * @throws order_already_paid, order_payment_open where the payment of another payer holds the order: it is shown to its payer alone
 */
export function makePlaceOrder ({ payments, gateways, identity, clock, abandonMs }: PlaceOrderPorts) {
  return async function placeOrder (intent: Decision, allowAnother: boolean, options: InsertOptions): Promise<Placed> {
    const { payment: wanted } = intent
    let claim: OrderClaim = {}
    // Each round but the first meets a payment that came in between.
    for (;;) {
      const { inserted, stored } = await payments.insert(intent, { ...options, ...claim })
      if (inserted || stored.paymentId === wanted.paymentId) return { as: inserted ? 'stored' : 'known', payment: stored, refusal: null }
      const replacing = { replaces: [...replacedBy(claim), stored.paymentId] }
      if (isOtherOrder(stored, wanted)) {
        claim = replacing
        continue
      }
      const now = clock()
      const isOffered = servesToo(stored, wanted, now, abandonMs)
      const holder = stored.userId === wanted.userId && !isOffered ? await closed(stored) : stored
      const hold = holdOf(holder)
      const refusal = isOffered ? new DomainError('order_payment_open', 'the page of this payment is open for the same') : refusalOf(holder, hold, allowAnother, now)
      if (refusal !== null) {
        if (holder.userId !== wanted.userId) throw refusal
        return { as: 'holder', payment: holder, refusal }
      }
      claim = hold === 'free' ? replacing : { isAnother: true }
    }
  }

  /** The payment, with its page closed if the provider closes it. */
  async function closed (open: Payment): Promise<Payment> {
    if (!isUnderstood(open) || open.status !== 'requires_action') return open
    const gateway = gatewayOf(gateways, open.provider)
    const facts = gateway === null ? null : await lookUp(gateway, open, { identity, clock }, 'cancel')
    if (facts === null) return open
    const now = clock()
    return (await payments.update(open.paymentId, (current) => settleAll(current, facts, now), { known: open })).payment
  }
}

function refusalOf ({ lease }: Payment, hold: Hold, allowAnother: boolean, now: Timestamp): DomainError | null {
  if (hold === 'open') {
    const retryAfterS = isLeased(lease, now) ? secondsUntil(lease.until, now) : RETRY_AFTER_S
    return new DomainError('order_payment_open', 'another payment of this order is open', { retryAfterS })
  }
  return hold === 'free' || allowAnother ? null : new DomainError('order_already_paid', 'this order is paid; send allowAnother to pay it once more')
}
