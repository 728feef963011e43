import fc from 'fast-check'
import t from 'tap'
import { created, type Decision } from '#domain/payments/decision.js'
import { wholeCount } from '#domain/payments/payment-recount.js'
import { added, countedIn, type Figures, type FiguresChange } from '#domain/payments/payment-stats.js'
import type { Payment, Refund } from '#domain/payments/payment.js'
import { resolveFlag } from '#domain/payments/resolution.js'
import { laterBy } from '#domain/time.js'
import { isPaymentEvent } from '#application/ports/outbox-store.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { aCapturedPayment, aDispute, aPayment, aRefund, START } from '../../support/builders.js'
import { liveOut, seeded } from '../../support/random-payments.js'
import { allEvents } from '../../support/world.js'
import { histories, must, walk } from './histories.js'

const LATER = laterBy(START, 86_400_000)

/** The figures by time, without those that are 0. */
function byTime (payment: Payment): Record<string, Figures> {
  const times: Record<string, Figures> = {}
  for (const { at, add } of wholeCount(payment)) times[at] = added(times[at] ?? {}, add)
  return Object.fromEntries(Object.entries(times).map(([at, figures]) => [at, withoutZeros(figures)]))
}

function withoutZeros (figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== 0).sort())
}

const sumOf = (changes: readonly FiguresChange[]): Figures => withoutZeros(changes.map(({ add }) => add).reduce(added, {}))

t.test('a payment is counted as pending when it was created, and in its status when it last changed', async (t) => {
  t.same(byTime(aPayment()), { [START]: { pending_count: 1, pending_amount: 10_000 } })
  t.same(byTime(aPayment({ status: 'failed', updatedAt: LATER })), {
    [START]: { pending_count: 1, pending_amount: 10_000 },
    [LATER]: { failed_count: 1, failed_amount: 10_000, pending_count: -1, pending_amount: -10_000 },
  })
  t.same(byTime(aCapturedPayment({ updatedAt: LATER }))[LATER], { pending_amount: -10_000, pending_count: -1, succeeded_amount: 10_000, succeeded_count: 1 })
})

t.test('a payment that went on after its success succeeded when it was created', async (t) => {
  const asked = laterBy(START, 3_600_000)
  const refund = aRefund({ amount: 10_000, status: 'succeeded', createdAt: asked })
  t.same(byTime(aCapturedPayment({ status: 'refunded', refundedAmount: 10_000, updatedAt: LATER, refunds: [refund, aRefund({ refundId: 're_2', status: 'failed' })] })), {
    [START]: { succeeded_amount: 10_000, succeeded_count: 1 },
    [asked]: { refunds_amount: 10_000, refunds_count: 1 },
    [LATER]: { refunded_amount: 10_000, refunded_count: 1, succeeded_amount: -10_000, succeeded_count: -1 },
  })
  const other = aRefund({ status: 'succeeded', charge: 'ch_2' })
  t.notOk('refunds_count' in sumOf(wholeCount(aCapturedPayment({ refunds: [other] }))), 'the refund of a second charge is none of this payment')
})

t.test('a payment is counted with what its events say: what was taken, and in another currency the amount of the order without refunds', async (t) => {
  const refunds = [aRefund({ amount: 690, status: 'succeeded' })]
  const taken = { amount: 10_690, currency: 'TRY', reference: 'ref-1', installments: 1 }
  const accepted = aCapturedPayment({ status: 'partially_refunded', capturedAmount: 10_690, refundedAmount: 690, refunds, taken })
  t.same(sumOf(wholeCount(accepted)), { partially_refunded_amount: 10_690, partially_refunded_count: 1, refunds_amount: 690, refunds_count: 1 })
  t.same(sumOf(wholeCount({ ...accepted, taken: { ...taken, currency: 'EUR' } })), { partially_refunded_amount: 10_000, partially_refunded_count: 1 })
})

t.test('a recount leads to the same figures as the events of the payment, also of another amount, given back, disputed or accepted', async () => {
  fc.assert(fc.property(histories, fc.boolean(), ([start, history], isAccepted) => {
    const changes = wholeCount(start)
    const last = walk(start, history, (_, { events }) => changes.push(...events.flatMap((event) => countedIn(event) ?? [])))
    const accepted = isAccepted && last.flags.includes('amount_mismatch') ? resolveFlag(last, 'amount_mismatch', 'accept', LATER) : { payment: last, events: [] }
    changes.push(...accepted.events.flatMap((event) => countedIn(event) ?? []))
    // A recount does not know of disputes what they were before their end.
    const [told, recounted] = [changes, wholeCount(accepted.payment)].map((all) => JSON.stringify(Object.entries(sumOf(all)).filter(([figure]) => !figure.startsWith('disputes_'))))
    must(told === recounted, `${told} is not ${recounted}`)
  }), { numRuns: 1000 })
})

t.test('disputes are counted with their end, and inquiries are not', async (t) => {
  const disputes = (['open', 'won', 'lost', 'warning', 'prevented', 'on_hold'] as const).map((status, index) => aDispute({ disputeId: `dp_${index}`, status: status as 'open', amount: 10 ** index }))
  t.match(sumOf(wholeCount(aCapturedPayment({ status: 'disputed', disputes }))), {
    disputes_opened_count: 3, disputes_opened_amount: 111, disputes_won_count: 1, disputes_won_amount: 10, disputes_lost_count: 1, disputes_lost_amount: 100,
  })
})

t.test('many refunds are counted at the last change, so that one transaction holds them', async (t) => {
  const refunds = (count: number) => Array.from({ length: count }, (_, index): Refund => aRefund({ refundId: `re_${index}`, amount: 1, status: 'succeeded', createdAt: laterBy(START, index * 86_400_000) }))
  const times = (count: number) => Object.keys(byTime(aCapturedPayment({ status: 'partially_refunded', refunds: refunds(count), updatedAt: '2027-01-01T00:00:00.000Z' }))).length
  t.equal(times(20), 21)
  t.equal(times(21), 2)
  t.match(sumOf(wholeCount(aCapturedPayment({ refunds: refunds(100) }))), { refunds_count: 100, refunds_amount: 100 })
})

t.test('the whole of any payment is the sum of its events, but for disputes whose end was told first', async (t) => {
  for (let seed = 1; seed <= 400; seed++) {
    const stores = memoryStores()
    await liveOut(seeded(seed), stores.payments, 'pay_1', START)
    const [payment] = await stores.payments.findMany(['pay_1'])
    const events = await allEvents(stores)
    const ofEvents = events.map((event) => isPaymentEvent(event) ? countedIn(event) : null).filter((change) => change !== null)
    const without = ({ disputes_opened_count: _count, disputes_opened_amount: _amount, ...others }: Figures) => others
    t.same(payment && without(sumOf(wholeCount(payment))), without(sumOf(ofEvents)), `seed ${seed}`)
  }
})

t.test('a new payment has one count', async (t) => {
  const { payment, events }: Decision = created(aPayment())
  t.same(wholeCount(payment), events.map((event) => countedIn(event)))
})
