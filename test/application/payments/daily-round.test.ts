import t from 'tap'
import { withMethods } from '#adapters/durability/proxy.js'
import { LEFT_COUNT_MAX } from '#application/payments/daily-round.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import type { Payment } from '#domain/payments/payment.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, aDispute, aPayment, aRefund, START } from '../../support/builders.js'
import { found, success, unknown } from '../../support/world.js'
import { DAY_MS, HOUR_MS, MINUTE_MS } from './completing.js'
import { GIVEN_BACK, roundsWorld, running, toEnd } from './rounding.js'

const LATER = laterBy(START, -HOUR_MS)

t.test('the round asks about taken money of the last seven days and of day 35, and takes in what happened there', async (t) => {
  const w = roundsWorld()
  for (const days of [0, 1, 7, 8, 34, 35, 36]) await w.put(`pay_${days}`, days)
  await w.put('pay_open', 1, aPayment({ paymentId: 'pay_open', createdAt: laterBy(START, -DAY_MS) }))
  await w.put('pay_gone', 1, { provider: 'gone' })
  await w.put('pay_frozen', 1, { status: 'frozen' as Payment['status'] })
  w.gateway.willLookup(found(success()), GIVEN_BACK, found(success()))
  await toEnd(w.node())
  t.same(w.asked(), ['pay_1', 'pay_7', 'pay_35'])
  t.match(await w.payments.find('pay_7'), { status: 'refunded', refundedAmount: 10_000 })
  t.match(await w.payments.find('pay_1'), { version: 2 }, 'no news, no write')
  t.same([w.left, w.undone], [[0], []])
  w.gateway.willLookup(found(success()), found(success()), GIVEN_BACK, found(success()))
  await toEnd(w.node())
  t.equal(w.asked().length, 3, 'once a day, whichever process looks')
  w.time.advance(DAY_MS)
  await toEnd(w.node())
  t.same(w.asked().slice(3), ['pay_0', 'pay_1', 'pay_34'])
})

t.test('the round asks about money that has been on its way for longer than there are follow-ups', async (t) => {
  const w = roundsWorld()
  const open = { createdAt: laterBy(START, -6 * DAY_MS), followUp: null, lease: { owner: 'x', epoch: 1, until: null }, flags: ['outcome_unknown' as const] }
  await w.put('pay_debit', 6, aPayment({ ...open, paymentId: 'pay_debit', providerReference: 'ref-1' }))
  await w.put('pay_unknown', 6, aPayment({ ...open, paymentId: 'pay_unknown' }))
  w.gateway.willLookup(found(success()))
  await toEnd(w.node())
  t.same(w.asked(), ['pay_debit'])
  t.match(await w.payments.find('pay_debit'), { status: 'succeeded' })
})

t.test('money that went back or was lost long ago is not asked about again', async (t) => {
  const w = roundsWorld()
  const disputes = [aDispute({ status: 'lost' })]
  const refunded = { status: 'refunded', refundedAmount: 10_000 } as const
  await w.put('pay_refunded', 35, refunded)
  await w.put('pay_lost', 35, { status: 'disputed', disputes })
  await w.put('pay_lately', 35, { ...refunded, updatedAt: LATER })
  await w.put('pay_disputed', 35, { ...refunded, status: 'disputed', disputes: [aDispute()] })
  await w.put('pay_part', 35, { status: 'partially_refunded', refundedAmount: 4_000 })
  await w.put('pay_refunding', 35, { refunds: [aRefund({ amount: 10_000, lease: { owner: 'x', epoch: 1, until: null } })] })
  const { length } = w.gateway.willLookup(unknown, unknown, unknown, unknown).lookups
  await toEnd(w.node())
  t.same(w.asked().slice(length).toSorted(), ['pay_disputed', 'pay_lately', 'pay_part', 'pay_refunding'])
  t.same(w.left, [4], 'the provider has answered about none, whether or not a refund is open')
})

t.test('no more questions go out in any minute than are allowed', async (t) => {
  const w = roundsWorld({ perMinute: 3 })
  for (let index = 0; index < 7; index++) await w.put(`pay_${index}`, 1)
  w.gateway.willLookup(...Array.from({ length: 7 }, () => found(success())))
  const dailyRound = w.node()
  const counts: number[] = []
  for (let second = 0; second <= 180; second += 20) {
    await toEnd(dailyRound)
    counts.push(w.gateway.lookups.length)
    w.time.advance(20_000)
  }
  t.same(counts, [3, 3, 3, 6, 6, 6, 7, 7, 7, 7])
  t.same(w.left, [0])
})

t.test('a process that dies is followed by another where it was, and never by two at once', async (t) => {
  const w = roundsWorld()
  for (let index = 0; index < 25; index++) await w.put(`pay_${index}`, 1)
  w.gateway.willLookup(...Array.from({ length: 25 }, () => found(success())))
  const [first, second] = [w.node(), w.node()]
  t.equal(await first(running), true)
  t.equal(w.asked().length, 10, 'a piece')
  t.equal(await second(running), false)
  await toEnd(second)
  t.equal(w.asked().length, 10)
  w.time.advance(10 * MINUTE_MS)
  await toEnd(second)
  t.equal(new Set(w.asked()).size, 25)
  t.equal(w.asked().length, 25, 'none twice')
  t.equal(await first(running), false)
})

t.test('a process that lost its lease while it asked stores nothing more', async (t) => {
  const w = roundsWorld()
  await w.put('pay_1', 1)
  const other = w.node()
  w.gateway.willLookup(async () => {
    w.time.advance(11 * MINUTE_MS)
    t.equal(await other(running), true)
    return found(success())
  }, found(success()))
  t.equal(await w.node()(running), false)
  await toEnd(other)
  t.same(w.left, [0])
})

t.test('a process that is stopped ends with its question and leaves the rest', async (t) => {
  const w = roundsWorld()
  for (let index = 0; index < 3; index++) await w.put(`pay_${index}`, 1)
  const stop = new AbortController()
  w.gateway.willLookup(() => {
    stop.abort()
    return found(success())
  })
  t.equal(await w.node()(stop.signal), false)
  t.equal(w.asked().length, 1)
  t.match(await w.rounds.find('2026-03-01'), { done: false, step: 'recent' })
})

t.test('what a provider does not answer, or fails here, is left undone and counted; the others are asked', async (t) => {
  const fails = (payments: PaymentStore) => withMethods(payments, {
    update: async (paymentId, ...rest) => {
      if (paymentId === 'pay_2') throw new Error('broken')
      return await payments.update(paymentId, ...rest)
    },
  })
  const w = roundsWorld({ through: fails })
  for (let index = 1; index <= 3; index++) await w.put(`pay_${index}`, 1)
  w.gateway.willLookup(({ paymentId }) => paymentId === 'pay_1' ? unknown : GIVEN_BACK, GIVEN_BACK, ({ paymentId }) => paymentId === 'pay_1' ? unknown : GIVEN_BACK)
  await toEnd(w.node())
  t.same([w.left, w.undone, w.failed], [[2], [['2026-03-01', 2]], ['pay_2']])
  t.match(await w.payments.find('pay_3'), { status: 'refunded' })
  await toEnd(w.node())
  t.same(w.left, [2, 2], 'every process reports the same figure')
})

t.test('what a round did not reach in its day is counted the day after', async (t) => {
  const w = roundsWorld({ perMinute: 1 })
  for (let index = 0; index < 5; index++) await w.put(`pay_${index}`, 1)
  await w.put('pay_late', 35)
  w.gateway.willLookup(unknown, ...Array.from({ length: 9 }, () => found(success())))
  const [first, second] = [w.node(), w.node()]
  await toEnd(first)
  w.time.advance(12 * HOUR_MS - 1_000)
  await toEnd(first)
  w.time.advance(1_000)
  t.equal(await second(running), false, 'the first still holds the round of yesterday')
  w.time.advance(10 * MINUTE_MS)
  await toEnd(second)
  t.same([w.left, w.undone], [[5], [['2026-03-01', 5]]], 'one without an answer, three and one not reached')
  t.equal(w.asked().length, 3)
  await toEnd(first)
  t.equal(w.undone.length, 1)
})

t.test('a lease that is lost while the earlier round is counted ends nothing', async (t) => {
  const w = roundsWorld()
  await w.put('pay_1', 1)
  await w.rounds.claim('2026-02-28', { owner: 'dead', until: LATER, now: LATER })
  const other = w.node()
  const slow = withMethods(w.payments, {
    list: async (...args) => {
      w.time.advance(11 * MINUTE_MS)
      w.gateway.willLookup(found(success()))
      await toEnd(other)
      return await w.payments.list(...args)
    },
  })
  t.equal(await w.node(slow)(running), false)
  t.same(w.undone, [['2026-02-28', 0]])
})

t.test('what a round did not reach is counted up to a limit', async (t) => {
  let pages = 0
  const endless = (payments: PaymentStore) => withMethods(payments, {
    list: async () => {
      pages++
      return { items: Array.from({ length: 6_000 }, () => aCapturedPayment()), nextKey: 'more' }
    },
  })
  const w = roundsWorld({ through: endless, perMinute: 1 })
  w.gateway.willLookup(unknown)
  await w.rounds.claim('2026-02-28', { owner: 'dead', until: LATER, now: LATER })
  await w.node()(running)
  t.same(w.undone, [['2026-02-28', LEFT_COUNT_MAX]])
  t.ok(pages < 10)
})
