import type { Decision } from '#domain/payments/decision.js'
import { isLeased } from '#domain/payments/lease.js'
import { hasPage, holdOf, servesToo, type OrderClaim } from '#domain/payments/order-claim.js'
import { isUnderstood, type Payment } from '#domain/payments/payment.js'
import { settleAll } from '#domain/payments/settlement.js'
import { secondsUntil } from '#domain/time.js'
import type { Clock } from '../ports/system.js'
import type { InsertOptions, PaymentStore } from '../ports/payment-store.js'
import { gatewayOf, type Gateways } from './gateways.js'

/** When a payment that is open, and that no request is working on, is worth another look. */
const RETRY_AFTER_S = 30

export interface Placed {
  readonly payment: Payment
  /**
   * `stored`: the intent. `known`: the payment that has the intent's id. `offered`: an open payment of the order, whose page serves the
   * request too. The others: the payment that holds the order, for which the intent was not stored.
   */
  readonly as: 'stored' | 'known' | 'offered' | 'order_already_paid' | 'order_payment_open'
  readonly retryAfterS: number | null
}

export interface PlaceOrderPorts {
  readonly payments: PaymentStore
  readonly gateways: Gateways
  readonly clock: Clock
}

/**
 * Stores the intent of a payment if no other payment holds its order. A payment that has failed or was canceled frees the order; so does
 * one whose page was open for something else, once its provider has closed the page.
 */
export function makePlaceOrder ({ payments, gateways, clock }: PlaceOrderPorts) {
  return async function placeOrder (intent: Decision, allowAnother: boolean, options: InsertOptions): Promise<Placed> {
    const { payment: wanted } = intent
    let claim: OrderClaim = {}
    // Each round but the first meets a payment that came in between.
    for (;;) {
      const { inserted, stored } = await payments.insert(intent, { ...options, ...claim })
      if (inserted || stored.paymentId === wanted.paymentId) return { payment: stored, as: inserted ? 'stored' : 'known', retryAfterS: null }
      const now = clock()
      if (servesToo(stored, wanted, now)) return { payment: stored, as: 'offered', retryAfterS: null }
      const holder = stored.userId === wanted.userId ? await closed(stored) : stored
      const hold = holdOf(holder)
      if (hold === 'open') return { payment: holder, as: 'order_payment_open', retryAfterS: isLeased(holder.lease, now) ? secondsUntil(holder.lease.until, now) : RETRY_AFTER_S }
      if (hold === 'paid' && !allowAnother) return { payment: holder, as: 'order_already_paid', retryAfterS: null }
      claim = hold === 'free' ? { replaces: holder.paymentId } : { isAnother: true }
    }
  }

  /** The payment, with its page closed if the provider closes it. */
  async function closed (open: Payment): Promise<Payment> {
    if (!isUnderstood(open) || !hasPage(open)) return open
    const answer = await gatewayOf(gateways, open.provider)?.cancel(open)
    if (answer?.kind !== 'found') return open
    const now = clock()
    return (await payments.update(open.paymentId, (current) => settleAll(current, answer.facts, now), { known: open })).payment
  }
}
