import fc from 'fast-check'
import t from 'tap'
import { calendarOf } from '#domain/calendar.js'
import { added, type Figures } from '#domain/payments/payment-stats.js'
import type { Payment } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { reserveRefund } from '#domain/payments/refund.js'
import { settle } from '#domain/payments/settlement.js'
import { dayAfter, laterBy, type Timestamp } from '#domain/time.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makePaymentStats, type PaymentStats } from '#application/payments/payment-stats.js'
import { payment } from '../../contracts/fixtures.js'
import { settableClock } from '../../support/builders.js'
import { byCreation, dispatcherOf } from '../../support/dispatching.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const ZONES = ['UTC', 'Europe/Istanbul', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Chatham'] as const

/** A shop with a dispatcher, from this moment on. */
function shop (start: Timestamp, shopTimeZone = 'UTC') {
  const stores = memoryStores()
  const time = settableClock(start)
  const paymentStats = makePaymentStats({ ...stores, clock: time.clock, shopTimeZone })
  const { run } = dispatcherOf(stores, { clock: time.clock })
  const told = async (paymentId: string, fact: PaymentFact) => { await stores.payments.update(paymentId, (before) => settle(before, fact, time.clock())) }
  const pay = async (paymentId: string, amount = 100) => {
    await stores.payments.insert(payment(paymentId, { createdAt: time.clock(), amount }))
    await told(paymentId, { kind: 'succeeded', reference: `ref ${paymentId}`, amount, currency: 'TRY' })
  }
  const giveBack = async (paymentId: string, refundId: string, amount: number) => {
    await stores.payments.update(paymentId, (before) => reserveRefund(before, { refundId, amount, reason: null, fingerprint: 'print', owner: 'own', until: time.clock() }, time.clock()))
    await told(paymentId, { kind: 'refund', refundId, status: 'succeeded' })
  }
  const days = async (from: string, to: string, timeZone: string | null = null) => {
    const { currencies: [only] } = await paymentStats({ from, to, timeZone, groupBy: 'day' })
    return Object.fromEntries((only?.series ?? []).map(({ period, figures }) => [period, withoutZeros(figures)]))
  }
  return { stores, time, run, told, pay, giveBack, paymentStats, days }
}

function withoutZeros (figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== 0))
}

t.test('a payment counts on the day of the shop on which it was made, and a refund on the day on which it was stored', async (t) => {
  const { time, run, pay, giveBack, days, paymentStats } = shop('2026-01-31T22:30:00.000Z', 'Europe/Istanbul')
  await pay('pay_1')
  time.advance(24 * HOUR_MS)
  await giveBack('pay_1', 're_1', 100)
  await run()
  const paid = { succeeded_count: 1, succeeded_amount: 100 }
  const refunded = { succeeded_count: -1, succeeded_amount: -100, refunded_count: 1, refunded_amount: 100, refunds_count: 1, refunds_amount: 100 }
  t.same(await days('2026-01-25', '2026-02-28'), { '2026-02-01': paid, '2026-02-02': refunded })
  t.same(await days('2026-01-25', '2026-02-28', 'UTC'), { '2026-01-31': paid, '2026-02-01': refunded })
  t.same(await days('2026-02-02', '2026-02-02'), { '2026-02-02': refunded })
  t.match(await paymentStats({ from: '2026-01-01', to: '2026-02-28', timeZone: null, groupBy: 'month' }), { timeZone: 'Europe/Istanbul', currencies: [{ series: { length: 1 } }] })
  t.match(await paymentStats({ from: '2026-01-01', to: '2026-02-28', timeZone: 'America/New_York', groupBy: 'month' }), {
    timeZone: 'America/New_York', currencies: [{ series: [{ period: '2026-01', figures: paid }, { period: '2026-02', figures: refunded }] }],
  })
})

t.test('today is the day of the time zone', async (t) => {
  const { paymentStats } = shop('2026-03-31T21:30:00.000Z', 'Europe/Istanbul')
  t.match(await paymentStats({ from: null, to: null, timeZone: null, groupBy: 'day' }), { from: '2026-03-03', to: '2026-04-01' })
  t.match(await paymentStats({ from: null, to: null, timeZone: 'UTC', groupBy: 'day' }), { from: '2026-03-02', to: '2026-03-31' })
  await t.rejects(paymentStats({ from: null, to: null, timeZone: 'Europe/Ankara', groupBy: 'day' }), { code: 'unknown_time_zone' })
})

t.test('an hour that a clock shows twice or never is counted once', async (t) => {
  for (const [start, day, hours] of [['2026-10-24T22:00:00.000Z', '2026-10-25', 25], ['2026-03-28T23:00:00.000Z', '2026-03-29', 23]] as const) {
    const { time, run, pay, days } = shop(start, 'Europe/Berlin')
    for (let hour = 0; hour < 26; hour++) {
      await pay(`pay_${hour}`)
      time.advance(HOUR_MS)
    }
    await run()
    t.same((await days(day, day))[day], { succeeded_count: hours, succeeded_amount: hours * 100 })
    t.same((await days(dayAfter(day), dayAfter(day)))[dayAfter(day)], { succeeded_count: 26 - hours, succeeded_amount: (26 - hours) * 100 })
  }
})

t.test('until a recount is complete, payments count by the day of their creation in UTC', async (t) => {
  const { stores, time, run, pay, giveBack, days, paymentStats } = shop('2026-01-31T22:30:00.000Z', 'Europe/Istanbul')
  await stores.stats.saveRecount({ since: '2026-01-01T00:00:00.000Z', isComplete: false, position: null, looked: 0 })
  await pay('pay_1')
  time.advance(24 * HOUR_MS)
  await giveBack('pay_1', 're_1', 100)
  await run()
  const asBefore = { '2026-01-31': { refunded_count: 1, refunded_amount: 100, refunds_count: 1, refunds_amount: 100 } }
  t.same([await days('2026-01-01', '2026-02-28'), await days('2026-01-01', '2026-02-28', 'UTC')], [asBefore, asBefore])
  t.match(await paymentStats({ from: '2026-02-01', to: null, timeZone: null, groupBy: 'day' }), { timeZone: 'UTC', to: '2026-02-01' })
  await t.rejects(paymentStats({ from: null, to: null, timeZone: 'Europe/Istanbul', groupBy: 'day' }), { code: 'recount_unfinished' })
  await stores.stats.saveRecount({ since: '2026-01-01T00:00:00.000Z', isComplete: true, position: null, looked: 0 })
  t.same(Object.keys(await days('2026-01-01', '2026-02-28')), ['2026-02-01', '2026-02-02'])
})

const steps = fc.array(fc.record({ minutes: fc.integer({ min: 1, max: 40 * 60 }), payment: fc.nat(4), act: fc.constantFrom('pay', 'refund', 'fail', 'dispute', 'win') }), { minLength: 1, maxLength: 25 })
const START = '2026-03-20T00:00:00.000Z'
const [FIRST, LAST] = ['2026-03-18', '2026-05-10']

type Shop = ReturnType<typeof shop>

/** What happens to a payment; a refusal changes nothing. */
async function act ({ pay, giveBack, told, stores }: Shop, step: { readonly payment: number, readonly act: string }, index: number): Promise<void> {
  const paymentId = `pay_${step.payment}`
  const found: Payment | null = await stores.payments.find(paymentId)
  if (found === null) return await pay(paymentId, 100 + step.payment)
  switch (step.act) {
    case 'pay': return await pay(`${paymentId}_${index}`, 7)
    case 'refund': return await giveBack(paymentId, `re_${index}`, 30).catch(() => {})
    case 'fail': return await told(paymentId, { kind: 'refund', refundId: String(found.refunds[0]?.refundId), status: 'failed' })
    default: return await told(paymentId, { kind: 'dispute', disputeId: 'dp_1', amount: 50, status: step.act === 'win' ? 'won' : 'open' })
  }
}

function totalOf ({ currencies }: PaymentStats): Figures {
  return withoutZeros(currencies.map(({ figures }) => figures).reduce(added, {}))
}

t.test('the days of any partition add up to the same total, in every time zone', async (t) => {
  await fc.assert(fc.asyncProperty(steps, fc.array(fc.integer({ min: 0, max: 52 }), { maxLength: 6 }), fc.constantFrom(...ZONES), async (steps, cuts, timeZone) => {
    const one = shop(START)
    for (const [index, step] of steps.entries()) {
      one.time.advance(step.minutes * MINUTE_MS)
      await act(one, step, index)
    }
    await one.run()
    const ask = async (from: string, to: string) => totalOf(await one.paymentStats({ from, to, timeZone, groupBy: 'day' }))
    const edges = [FIRST, ...[...new Set(cuts)].sort((a, b) => a - b).map((cut) => laterBy(`${FIRST}T00:00:00.000Z`, (cut + 1) * 24 * HOUR_MS).slice(0, 10)), LAST]
    let sum: Figures = {}
    for (const [index, from] of edges.slice(0, -1).entries()) {
      const to = index === edges.length - 2 ? LAST : laterBy(`${edges[index + 1]}T00:00:00.000Z`, -24 * HOUR_MS).slice(0, 10)
      sum = added(sum, await ask(from, to))
    }
    const total = await ask(FIRST, LAST)
    const created = withoutZeros((await byCreation(one.stores, FIRST, LAST)).map(({ figures }) => figures).reduce(added, {}))
    return JSON.stringify(Object.entries(withoutZeros(sum)).sort()) === JSON.stringify(Object.entries(total).sort()) &&
      JSON.stringify(Object.entries(created).sort()) === JSON.stringify(Object.entries(total).sort())
  }), { numRuns: 150 })
  t.pass('for 150 histories')
})

t.test('a day that is over never changes by what comes later', async (t) => {
  await fc.assert(fc.asyncProperty(steps, fc.nat(24), fc.constantFrom(...ZONES), async (steps, middle, timeZone) => {
    const one = shop(START)
    const closed = async (last: string) => JSON.stringify(await one.days(FIRST, last, timeZone))
    let seen: { readonly last: string, readonly figures: string } | null = null
    for (const [index, step] of steps.entries()) {
      one.time.advance(step.minutes * MINUTE_MS)
      await act(one, step, index)
      if (index !== middle) continue
      await one.run()
      const last = laterBy(`${calendarOf(timeZone).dayOf(one.time.clock())}T00:00:00.000Z`, -24 * HOUR_MS).slice(0, 10)
      seen = { last, figures: await closed(last) }
    }
    await one.run()
    return seen === null || await closed(seen.last) === seen.figures
  }), { numRuns: 150 })
  t.pass('for 150 histories')
})
