import { identity } from '#adapters/system/system.js'
import { created, type Decision } from '#domain/payments/decision.js'
import type { Payment } from '#domain/payments/payment.js'
import { newPayment } from '#domain/payments/new-payment.js'
import { settle } from '#domain/payments/settlement.js'
import { laterBy } from '#domain/time.js'

const DAYS = 30
export const FIRST_DAY = '2026-01-01'
export const LAST_DAY = '2026-01-30'
const FIRST_MOMENT = `${FIRST_DAY}T00:00:00.000Z`
const DAY_MS = 86_400_000
const SELLERS = 200
/** The mean; a few buyers have many more. */
const PAYMENTS_A_BUYER = 25
const PRODUCTS = ['Blue scarf', 'Leather bag', 'Copper pot', 'Linen shirt', 'Silver ring', 'Wool rug']

/** A seller with about one payment in 400. */
export const RARE_SELLER = `seller-${SELLERS - 1}`

/** A generator of numbers from 0 up to 1, the same in each run (mulberry32). */
export function seeded (seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), state | 1)
    const last = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61))
    return ((last ^ (last >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * `count` payments over a month in the order of their creation, as the service makes them: of regular and occasional
 * buyers, to large and small sellers.
 */
export function * makePayments (count: number): Generator<Decision> {
  const random = seeded(count)
  // The square gives a few buyers and sellers most payments.
  const someOf = (all: number): number => Math.floor(all * random() ** 2)
  for (let index = 0; index < count; index++) {
    const now = laterBy(FIRST_MOMENT, Math.floor((index + random()) / count * DAYS * DAY_MS))
    const product = PRODUCTS[Math.floor(random() * PRODUCTS.length)] ?? ''
    const amount = 1000 + Math.floor(random() * 100_000)
    const payment = newPayment({
      orderId: `order-${index}`,
      userId: `buyer-${someOf(Math.ceil(count / PAYMENTS_A_BUYER))}`,
      sellerId: `seller-${someOf(SELLERS)}`,
      amount,
      currency: 'TRY',
      provider: 'simulator',
      description: `${product}, live stream ${index % 997}`,
      items: [{ name: product, quantity: 1, unitAmount: amount }],
      metadata: { streamId: `live-${index % 997}` },
      returnUrl: null,
      buyerEmail: `buyer${index}@example.com`,
      shippingAddress: null,
    }, { paymentId: identity.derived('pay', [String(count), String(index)]), fingerprint: identity.fingerprint({ index }), owner: 'own', until: laterBy(now, 60_000), now })
    yield settled(payment, random())
  }
}

/** Most succeed, some fail, a few stay open. */
function settled (payment: Payment, chance: number): Decision {
  const intent = created(payment)
  const now = laterBy(payment.createdAt, 400)
  if (chance < 0.02) return intent
  const { payment: settledPayment, events } = settle(intent.payment, chance < 0.08
    ? { kind: 'failed', reference: null, failure: { code: 'declined', message: 'The card was declined' } }
    : { kind: 'succeeded', reference: `sim_${payment.paymentId.slice(4, 40)}`, amount: payment.amount, currency: payment.currency }, now)
  return { payment: settledPayment, events: [...intent.events, ...events] }
}
