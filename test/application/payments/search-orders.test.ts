import t from 'tap'
import { makeSearchOrders, type SearchOrdersQuery } from '#application/payments/search-orders.js'
import { EXAMINED_MAX } from '#application/ports/page.js'
import type { OrderIndex } from '#application/ports/read-models.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import type { Caller } from '#domain/accounts/session.js'
import { decided } from '#domain/payments/decision.js'
import { settle } from '#domain/payments/settlement.js'
import { at, pages, payment, times, type PaymentFields } from '../../contracts/fixtures.js'
import { admin } from '../../support/builders.js'
import { searchableStore } from '../../support/searchable.js'

const ayse: Caller = { userId: 'ayse', admin: false }

/** The search over orders `pay_0`, `pay_1`, …, each a second after the one before. */
async function searchOver (drafts: readonly PaymentFields[]) {
  const { store, catchUp } = searchableStore()
  await times(drafts.length, async (index) => await store.payments.insert(payment(`pay_${index}`, { createdAt: at(index), ...drafts[index] })))
  await catchUp()
  const asked = { candidates: 0, read: 0 }
  const orderIndex: Pick<OrderIndex, 'candidates'> = {
    candidates: async (query) => {
      const page = await store.orderIndex.candidates(query)
      asked.candidates += page.items.length
      return page
    },
  }
  const payments: PaymentStore = Object.assign(Object.create(store.payments) as PaymentStore, {
    findMany: async (ids: readonly string[]) => {
      asked.read += ids.length
      return await store.payments.findMany(ids)
    },
  })
  const searchOrders = makeSearchOrders({ orderIndex, payments })
  /** The numbers of the found orders, page by page. */
  const walk = async (query: Partial<SearchOrdersQuery> & { query: string }, limit = 20) => {
    const all = await pages(async (page) => await searchOrders({ caller: ayse, status: null, from: null, to: null, ...query, ...page }), limit)
    return all.map((items) => items.map(({ paymentId }) => Number(paymentId.slice('pay_'.length))))
  }
  return { ...store, catchUp, searchOrders, asked, walk }
}

t.test('an order is found by its ids and its words, newest first, in its present state', async t => {
  const { walk, payments, searchOrders, catchUp } = await searchOver([
    { orderId: 'A-1', description: 'Blue scarf', buyerEmail: 'ayse@example.com' },
    { orderId: 'A-2', description: 'Red scarf' },
    { orderId: 'scarf', items: [{ name: 'Scarab', quantity: 1, unitAmount: 100 }] },
  ])
  t.same(await walk({ query: 'a-1' }), [[0]])
  t.same(await walk({ query: 'pay_1' }), [[1]])
  t.same(await walk({ query: 'ayse' }), [[2, 1, 0]])
  t.same(await walk({ query: 'ayse@example.com' }), [[0]])
  t.same(await walk({ query: 'SCARF' }), [[2, 1, 0]], 'an id and words together, each order once')
  t.same(await walk({ query: 'scar' }), [[2, 1, 0]])
  t.same(await walk({ query: 'scarf blu' }), [[0]])
  t.same(await walk({ query: 'scarfs' }), [[]])
  await payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'REF-1', amount: 100, currency: 'TRY' }, at(9)))
  t.same(await walk({ query: 'ref-1' }), [[]], 'the reference is not indexed yet')
  await catchUp()
  const { items } = await searchOrders({ caller: ayse, query: 'ref-1', status: null, from: null, to: null, before: null, limit: 1 })
  t.same(items, [await payments.find('pay_1')])
})

t.test('users find the orders they paid, not those they sold or those of others; administrators find all', async t => {
  const { walk, searchOrders } = await searchOver(['ayse', 'zeynep', 'ayse'].map((userId) => ({ userId, sellerId: 'mehmet', description: 'scarf', buyerEmail: 'a@b.example' })))
  for (const query of ['scarf', 'a@b.example']) {
    t.same(await walk({ query }), [[2, 0]])
    t.same(await walk({ query, caller: { userId: 'zeynep', admin: false } }), [[1]])
    t.same(await walk({ query, caller: { userId: 'mehmet', admin: false } }), [[]])
    for (const caller of [admin, { userId: 'zeynep', admin: true }]) t.same(await walk({ query, caller }), [[2, 1, 0]])
    await t.rejects(searchOrders({ caller: { userId: null, admin: false }, query, status: null, from: null, to: null, before: null, limit: 1 }), { code: 'forbidden' })
  }
  t.same(await walk({ query: 'zeynep' }), [[]])
  t.same(await walk({ query: 'zeynep', caller: admin }), [[1]])
})

t.test('candidates of others, or that do not match, are filtered', async t => {
  const { payments, walk } = await searchOver([{ description: 'scarf' }, { userId: 'zeynep', description: 'scarf' }])
  const everything: Pick<OrderIndex, 'candidates'> = { candidates: async () => ({ items: [1, 0].map((index) => `${at(index)}#pay_${index}`), nextKey: null }) }
  const searchOrders = makeSearchOrders({ orderIndex: everything, payments })
  const idsOf = async (query: string) => (await searchOrders({ caller: ayse, query, status: null, from: null, to: null, before: null, limit: 9 })).items.map(({ paymentId }) => paymentId)
  t.same(await idsOf('scarf'), ['pay_0'])
  t.same(await idsOf('hat'), [])
  await payments.update('pay_0', (before) => decided(before, { ...before, description: 'hat' }, at(5), []))
  t.same(await walk({ query: 'scarf' }), [[]], 'what the order no longer is')
})

t.test('status and time of creation narrow a search', async t => {
  const { walk, payments } = await searchOver(Array.from({ length: 6 }, () => ({ description: 'scarf' })))
  for (const index of [1, 4]) await payments.update(`pay_${index}`, (before) => settle(before, { kind: 'succeeded', reference: `r${index}`, amount: 100, currency: 'TRY' }, at(9)))
  for (const limit of [1, 20]) {
    const found = async (filter: Partial<SearchOrdersQuery>) => (await walk({ query: 'scarf', ...filter }, limit)).flat()
    t.same(await found({ status: 'succeeded' }), [4, 1])
    t.same(await found({ status: 'failed' }), [])
    t.same(await found({ from: at(4) }), [5, 4])
    t.same(await found({ to: at(2) }), [1, 0])
    t.same(await found({ from: at(1), to: at(4) }), [3, 2, 1])
    t.same(await found({ from: at(1), to: at(4), status: 'succeeded', caller: admin }), [1])
    t.same(await found({ from: at(4), to: at(1) }), [])
  }
})

t.test('all pages but the last are full, whatever their size', async t => {
  const { walk } = await searchOver(Array.from({ length: 230 }, () => ({ description: 'scarf' })))
  const newestFirst = Array.from({ length: 230 }, (_, index) => 229 - index)
  for (const limit of [1, 99, 100]) {
    const all = await walk({ query: 'scarf' }, limit)
    t.same(all.flat(), newestFirst)
    t.equal(all.length, Math.ceil(230 / limit), `${limit} a page`)
  }
})

t.test('a search with few matches examines a bounded number of candidates per request, and misses none', async t => {
  const count = EXAMINED_MAX * 2
  const rare = [0, 3, EXAMINED_MAX, count - 1]
  const { walk, asked } = await searchOver(Array.from({ length: count }, (_, index) => ({ description: rare.includes(index) ? 'scarf blue' : 'scarf red' })))
  for (const caller of [ayse, admin]) {
    Object.assign(asked, { candidates: 0, read: 0 })
    const all = await walk({ query: 'scarf blue', caller }, 20)
    t.same(all.flat(), rare.toReversed())
    t.ok(all.length >= 3 && all.length < 5, `${all.length} pages`)
    t.ok(asked.read <= EXAMINED_MAX * all.length && asked.candidates === asked.read, `${asked.read} read`)
    t.ok(asked.read <= count + all.length * 100, 'hardly anything twice')
  }
  Object.assign(asked, { candidates: 0, read: 0 })
  t.same((await walk({ query: 'scarf' }, 20))[0]?.length, 20)
})

t.test('a page of a search with many matches reads one candidate more than it shows', async t => {
  const { searchOrders, asked } = await searchOver(Array.from({ length: 50 }, () => ({ description: 'scarf' })))
  await searchOrders({ caller: ayse, query: 'scarf', status: null, from: null, to: null, before: null, limit: 5 })
  t.same(asked, { candidates: 6, read: 6 })
})

t.test('candidates without a payment are skipped, and never end a list', async t => {
  const { payments, orderIndex } = searchableStore().store
  const keys = Array.from({ length: EXAMINED_MAX + 500 }, (_, index) => `${at(index)}#pay_${index}`).reverse()
  const ghosts: Pick<OrderIndex, 'candidates'> = {
    candidates: async ({ range: { high }, limit }) => {
      const below = keys.filter((key) => high === null || key < high)
      const items = below.slice(0, limit)
      return { items, nextKey: below.length > limit ? items.at(-1) ?? null : null }
    },
  }
  await payments.insert(payment('pay_0', { createdAt: at(0), description: 'scarf' }))
  t.same(await orderIndex.candidates({ terms: ['~scarf'], userId: null, range: { low: null, high: null }, limit: 1 }), { items: [], nextKey: null })
  const searchOrders = makeSearchOrders({ orderIndex: ghosts, payments })
  const all = await pages(async (page) => await searchOrders({ caller: admin, query: 'scarf', status: null, from: null, to: null, ...page }), 20)
  t.same(all.map((items) => items.map(({ paymentId }) => paymentId)), [[], ['pay_0']])
})

t.test('a query without enough letters is refused before anything is read', async t => {
  const { searchOrders, asked } = await searchOver([{}])
  await t.rejects(searchOrders({ caller: ayse, query: ' a ', status: null, from: null, to: null, before: null, limit: 1 }), { code: 'search_too_short' })
  t.same(asked, { candidates: 0, read: 0 })
})
