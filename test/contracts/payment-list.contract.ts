import type { Test } from 'tap'
import fc from 'fast-check'
import { decided } from '#domain/payments/decision.js'
import { matchesFilter, type PaymentFilter } from '#domain/payments/payment-filter.js'
import { flagged } from '#domain/payments/flag.js'
import { PAYMENT_FLAGS, type Payment, type PaymentFlag } from '#domain/payments/payment.js'
import { settle } from '#domain/payments/settlement.js'
import { createdKey, idOf, laterBy, type Timestamp } from '#domain/time.js'
import { EXAMINED_MAX, type Page } from '#application/ports/page.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import { anyPayment, at, noted, open, pageCount, pages, payment, times, type MakePersistence, type PaymentFields } from './fixtures.js'

const DAY_MS = 86_400_000
const keyOf = ({ createdAt, paymentId }: Payment) => createdKey(createdAt, paymentId)
const newestFirst = (one: Payment, other: Payment) => keyOf(one) < keyOf(other) ? 1 : -1

/** So many days and seconds after the beginning of the test's time. */
function onDay (day: number, second = 0): Timestamp {
  return laterBy(at(second), day * DAY_MS)
}

interface Draft extends PaymentFields {
  readonly paid: boolean
  readonly flag: PaymentFlag | null
}

async function store (payments: PaymentStore, paymentId: string, { paid, flag, ...fields }: Draft): Promise<Payment> {
  const { stored } = await payments.insert(payment(paymentId, fields))
  const flagging = (before: Payment) => flag === null ? { payment: before, events: [] } : decided(before, flagged(before, flag, at(2)), at(2), [])
  const { payment: known } = await payments.update(paymentId, flagging, { known: stored })
  if (!paid) return known
  return (await payments.update(paymentId, (before) => settle(before, { kind: 'succeeded', reference: `ref of ${paymentId}`, amount: 100, currency: 'TRY' }, at(3)), { known })).payment
}

const someDraft: fc.Arbitrary<Draft> = fc.record({
  // Days in clusters with empty ones between, and times that many share.
  createdAt: fc.tuple(fc.constantFrom(0, 1, 2, 9, 10, 40), fc.nat(2)).map(([day, second]) => onDay(day, second)),
  userId: fc.constantFrom('ayse', 'zeynep'),
  sellerId: fc.constantFrom('mehmet', null),
  provider: fc.constantFrom('simulator', 'another'),
  paid: fc.boolean(),
  shippingAddress: fc.constantFrom(null, { contactName: 'Ada', address: 'Sokak 1', city: 'İzmir', country: 'TR' }),
  flag: fc.constantFrom(null, ...PAYMENT_FLAGS),
})

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 2 })

const someFilter: fc.Arbitrary<PaymentFilter> = fc.record({
  status: maybe(fc.constantFrom('pending', 'succeeded', 'failed')),
  provider: maybe(fc.constantFrom('simulator', 'another')),
  userId: maybe(fc.constantFrom('ayse', 'zeynep', 'nobody')),
  sellerId: maybe(fc.constant('mehmet')),
  flag: maybe(fc.constantFrom(...PAYMENT_FLAGS)),
  fulfillment: maybe(fc.constantFrom('not_needed', 'unfulfilled')),
  from: maybe(fc.constantFrom(onDay(0), onDay(1, 1), onDay(5), '2126-03-02T00:00:00.000Z')),
  to: maybe(fc.constantFrom(onDay(1, 1), onDay(5), onDay(10, 2), '2126-03-11T00:00:00.000Z')),
})

/** Whatever else runs gets on, in memory too. */
async function othersTurn (): Promise<void> {
  await new Promise(setImmediate)
}

/** Everybody's payments, as back offices list them. */
export function paymentListContract (t: Test, makePersistence: MakePersistence): void {
  t.test('the payments of all users are listed newest first, in their present state', async (t) => {
    const { payments } = await open(t, makePersistence)
    t.same(await payments.list(anyPayment(), { before: null, limit: 5 }), { items: [], nextKey: null })
    t.same(await payments.list(anyPayment({ from: onDay(1), to: onDay(0) }), { before: null, limit: 5 }), { items: [], nextKey: null })
    const stored = await times(9, async (index) =>
      await store(payments, `pay_${index}`, { userId: `user${index % 3}`, createdAt: onDay(index % 4, index), paid: index % 2 === 0, flag: null }))
    const { items, nextKey } = await payments.list(anyPayment(), { before: null, limit: 9 })
    t.same(items, stored.toSorted(newestFirst))
    t.equal(nextKey, null)
    await payments.update('pay_3', noted('changed'))
    t.same((await payments.list(anyPayment(), { before: null, limit: 9 })).items.find(({ paymentId }) => paymentId === 'pay_3'), await payments.find('pay_3'))
  })

  t.test('the pages of a list without a filter are all full but for the last', async (t) => {
    const { payments } = await open(t, makePersistence)
    const stored = await times(23, async (index) => await store(payments, `pay_${index}`, { createdAt: onDay(index % 6, index % 3), paid: false, flag: null }))
    for (const limit of [1, 7, 23, 100]) {
      const all = await pages(async (page) => await payments.list(anyPayment(), page), limit)
      t.same(all.flat(), stored.toSorted(newestFirst), `${limit} a page`)
      t.equal(all.length, pageCount(23, limit), `${limit} a page`)
    }
  })

  t.test('a walk through a filtered list finds exactly the matches of an array of all', async (t) => {
    await fc.assert(fc.asyncProperty(fc.array(someDraft, { maxLength: 30 }), fc.array(someFilter, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 9 }), async (drafts, filters, limit) => {
      const { payments, close } = await makePersistence()
      const stored = (await Promise.all(drafts.map(async (draft, index) => await store(payments, `pay_${index}`, draft)))).sort(newestFirst)
      for (const filter of filters) {
        const all = await pages(async (page) => await payments.list(filter, page), limit)
        t.same(all.flat(), stored.filter((one) => matchesFilter(one, filter)), JSON.stringify(filter))
        t.same(all.slice(0, -2).filter(({ length }) => length < limit), [], 'every page is full as long as there is more')
      }
      await close()
    }), { numRuns: 12 })
  })

  t.test('a filter that matches little costs no request more than its share, and misses nothing, even where more share a moment than a request looks at', async (t) => {
    const { payments, fill = async (decisions) => { for (const decision of decisions) await payments.insert(decision) } } = await open(t, makePersistence)
    const count = EXAMINED_MAX * 2 + 10
    const moments = Array.from({ length: count }, (_, index) => ({ paymentId: `pay_${index}`, createdAt: at(Math.max(0, index - EXAMINED_MAX * 1.5)) }))
    const newest = moments.map(({ paymentId, createdAt }) => createdKey(createdAt, paymentId)).sort().reverse().map(idOf)
    const rare = [0, EXAMINED_MAX + 4, count - 1].map((position) => newest[position] ?? '')
    await fill(moments.map(({ paymentId, createdAt }) => payment(paymentId, { createdAt, sellerId: rare.includes(paymentId) ? 'rare' : 'mehmet' })))
    const walk = async (filter: PaymentFilter, limit: number) =>
      (await pages(async (page) => await payments.list(filter, page), limit)).map((page) => page.map(({ paymentId }) => paymentId))
    for (const userId of [null, 'ayse']) t.same(await walk(anyPayment({ sellerId: 'rare', userId }), 5), rare.map((paymentId) => [paymentId]), 'each request looks at its share')
    const all = await walk(anyPayment(), 100)
    t.same(all.flat(), newest)
    t.equal(all.length, pageCount(count, 100))
  })

  t.test('a walk is not led astray by payments that clocks put on days which it has passed or not reached', async (t) => {
    const { payments } = await open(t, makePersistence)
    const there = await times(40, async (index) => await store(payments, `old_${index}`, { createdAt: onDay(index, index), paid: false, flag: null }))
    let number = 0
    const seen = (await pages(async (page): Promise<Page<Payment>> => {
      const found = await payments.list(anyPayment(), page)
      // Days of their own: newer than all, and one before the oldest; and beside the last one that was shown.
      const [{ createdAt } = { createdAt: at(0) }] = found.items.slice(-1)
      for (const moment of [onDay(100 + number), onDay(-1 - number), laterBy(createdAt, 1), laterBy(createdAt, -1)]) {
        if (number < 40) await payments.insert(payment(`new_${number++}`, { createdAt: moment }))
      }
      return found
    }, 6)).flat()
    t.same(seen, seen.toSorted(newestFirst))
    t.equal(new Set(seen.map(keyOf)).size, seen.length, 'nothing twice')
    t.same(seen.filter(({ paymentId }) => paymentId.startsWith('old')), there.toSorted(newestFirst), 'nothing left out')
    t.equal(number, 40)
  })

  t.test('a walk sees each payment from before it began exactly once, while others insert and change', async (t) => {
    const { payments } = await open(t, makePersistence)
    const there = await times(60, async (index) => await store(payments, `old_${index}`, { createdAt: onDay(index % 5, index), paid: index % 2 === 0, flag: null }))
    const walk = new AbortController()
    let written = 0
    const writer = async (name: string) => {
      while (!walk.signal.aborted) {
        const number = written++
        // In between, at the same moments, and newer than all.
        await payments.insert(payment(`${name}_${number}`, { createdAt: number % 2 === 0 ? onDay(number % 5, number % 60) : onDay(6, number), owner: name }))
        await payments.update(`old_${number % 60}`, noted('.'))
        await othersTurn()
      }
    }
    const writers = ['new', 'more', 'other'].map(writer)
    const lists: Array<[filter: PaymentFilter, expected: readonly Payment[]]> = [
      [anyPayment(), there],
      [anyPayment({ status: 'succeeded' }), there.filter(({ status }) => status === 'succeeded')],
      [anyPayment({ userId: 'ayse', status: 'pending' }), there.filter(({ status }) => status === 'pending')],
    ]
    for (const [filter, expected] of lists) {
      const beforeWalk = written
      const seen = (await pages(async (page): Promise<Page<Payment>> => {
        await othersTurn()
        return await payments.list(filter, page)
      }, 7)).flat().map(({ paymentId }) => paymentId)
      t.equal(new Set(seen).size, seen.length, 'nothing twice')
      t.same(expected.filter(({ paymentId }) => !seen.includes(paymentId)), [], 'nothing left out')
      t.ok(written > beforeWalk, 'others have written')
    }
    walk.abort()
    await Promise.all(writers)
  })

  t.test('a payment of a list cannot be used to change the store', async (t) => {
    const { payments } = await open(t, makePersistence)
    const { stored } = await payments.insert(payment('pay_1', { metadata: { tags: ['bag'] } }))
    const copy = structuredClone(stored)
    const { items: [listed] } = await payments.list(anyPayment(), { before: null, limit: 1 })
    Reflect.set(listed?.metadata ?? {}, 'tags', 'spoilt')
    t.same((await payments.list(anyPayment(), { before: null, limit: 1 })).items, [copy])
  })
}
