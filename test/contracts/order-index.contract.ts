import type { Test } from 'tap'
import fc from 'fast-check'
import { keyRange } from '#domain/payments/payment-filter.js'
import { createdKey } from '#domain/time.js'
import type { CandidateQuery, OrderIndex } from '#application/ports/read-models.js'
import type { PageRequest } from '#application/ports/page.js'
import type { TermWrite } from '#application/ports/outbox-store.js'
import { merged } from '#application/outbox/plan.js'
import { at, open, pageCount, pages, times, type MakePersistence } from './fixtures.js'

/** An index that holds nothing yet, and the way in which terms get into it. */
async function openIndex (t: Test, makePersistence: MakePersistence) {
  const { orderIndex, outbox } = await open(t, makePersistence)
  const lease = await outbox.claim(0, { owner: 'owner', now: at(0), until: at(10) })
  const write = async (writes: readonly TermWrite[]): Promise<void> => {
    t.same(await outbox.complete(lease, [], merged(writes)), { kind: 'completed' })
  }
  return { orderIndex, write }
}

function term (name: string, number: number, fields: Partial<TermWrite> = {}): TermWrite {
  return { kind: 'term', term: name, paymentId: `pay_${number}`, userId: 'ayse', createdAt: at(number), ...fields }
}

const keyOf = ({ createdAt, paymentId }: TermWrite) => createdKey(createdAt, paymentId)

interface Search extends Pick<CandidateQuery, 'terms' | 'userId'> {
  readonly from: string | null
  readonly to: string | null
}

/** All that a search proposes, page by page. */
async function walk (orderIndex: OrderIndex, { terms, userId, from, to }: Search, limit: number): Promise<Array<readonly string[]>> {
  return await pages(async ({ before, limit }: PageRequest) => await orderIndex.candidates({ terms, userId, range: keyRange({ from, to }, before), limit }), limit)
}

/** More than a list in memory holds before it is a tree. */
const times40 = <T>(make: (number: number) => T): T[] => Array.from({ length: 40 }, (_, number) => make(number))

const everything = { from: null, to: null }

// Terms of both kinds that could be taken for each other where names are put together carelessly.
const someTerm: fc.Arbitrary<string> = fc.constantFrom('~po', '~por', '~po2', '=po', '=~po#0', '=a#~po', '=#', `=${'x'.repeat(256)}`, `~${'𠀀'.repeat(8)}`)
const someUser = fc.constantFrom('ayse', 'zeynep', 'a', 'u'.repeat(128))
const somePayment = fc.record({ userId: someUser, createdAt: fc.nat(5).map((second) => at(second)), terms: fc.uniqueArray(someTerm, { minLength: 1 }) })
const someSearch = fc.record({
  terms: fc.uniqueArray(someTerm, { minLength: 1, maxLength: 3 }),
  userId: fc.option(someUser, { freq: 2 }),
  from: fc.option(fc.constantFrom(at(1), at(3))),
  to: fc.option(fc.constantFrom(at(2), at(4), at(9))),
})

export function orderIndexContract (t: Test, makePersistence: MakePersistence): void {
  t.test('terms that are forgotten lead to their order no more, and to others as before', async (t) => {
    const { orderIndex, write } = await openIndex(t, makePersistence)
    const terms = times40((number) => term('=ayse@example.com', number))
    await write(terms)
    await write([term('~scarf', 3), term('~scarf', 4), term('=ayse@example.com', 3, { userId: 'zeynep', paymentId: 'pay_z' })])
    await orderIndex.forget([...terms.filter((one) => one.paymentId !== 'pay_7'), term('~scarf', 4), term('=never written', 1), term('~scarf', 9, { userId: 'without orders' })])
    await orderIndex.forget([])
    for (const [userId, expected] of [['ayse', ['pay_7']], ['zeynep', ['pay_z']], [null, ['pay_7', 'pay_z']]] as const) {
      const found = (await walk(orderIndex, { terms: ['=ayse@example.com'], userId, ...everything }, 10)).flat()
      t.same(found.map((key) => key.slice(key.indexOf('#') + 1)), expected)
    }
    t.same((await walk(orderIndex, { terms: ['~scarf'], userId: null, ...everything }, 10)).flat(), [keyOf(term('~scarf', 3))])
    await write([term('~scarf', 4)])
    t.equal((await walk(orderIndex, { terms: ['~scarf'], userId: 'ayse', ...everything }, 10)).flat().length, 2, 'and can come back')
  })

  t.test('a term of no order has no candidates', async (t) => {
    const { orderIndex, write } = await openIndex(t, makePersistence)
    await write([term('~scarf', 1)])
    for (const userId of ['ayse', null]) {
      t.same(await orderIndex.candidates({ terms: ['~sca', '=scarf', '~scarfs'], userId, range: { low: null, high: null }, limit: 10 }), { items: [], nextKey: null })
    }
  })

  t.test('a user\'s orders are candidates for that user and for administrators, newest first', async (t) => {
    const { orderIndex, write } = await openIndex(t, makePersistence)
    const own = Array.from({ length: 30 }, (_, index) => term('~scarf', index))
    const others = Array.from({ length: 30 }, (_, index) => term('~scarf', index + 100, { userId: 'zeynep', createdAt: at(index) }))
    await write(own)
    await write(others)
    const newestFirst = (writes: readonly TermWrite[]) => writes.map(keyOf).sort().reverse()
    for (const [userId, expected] of [['ayse', own], ['zeynep', others], [null, [...own, ...others]]] as const) {
      for (const limit of [1, 7, 60, 100]) {
        const found = await walk(orderIndex, { terms: ['~scarf'], userId, ...everything }, limit)
        t.same(found.flat(), newestFirst(expected), `${userId ?? 'everybody'} by ${limit}`)
        t.equal(found.length, pageCount(expected.length, limit), 'every page is full but the last')
      }
    }
  })

  t.test('a term that is written again changes nothing, in one step or in two', async (t) => {
    const { orderIndex, write } = await openIndex(t, makePersistence)
    const twice = [term('~po', 1), term('=order', 1)]
    await write([...twice, ...twice])
    await write([...twice, term('~po', 2)])
    for (const userId of ['ayse', null]) {
      t.same(await walk(orderIndex, { terms: ['~po', '=order'], userId, ...everything }, 1), [[keyOf(term('~po', 2))], [keyOf(term('~po', 1))]])
    }
  })

  t.test('as many terms as an order may have are written in one step', async (t) => {
    const { orderIndex, write } = await openIndex(t, makePersistence)
    const terms = Array.from({ length: 85 }, (_, index) => `~${String(index).padStart(3, 'w')}`)
    await write(terms.map((name) => term(name, 1)))
    for (const name of terms) t.same((await walk(orderIndex, { terms: [name], userId: null, ...everything }, 5)).flat(), [keyOf(term(name, 1))])
  })

  t.test('a walk finds exactly the candidates of an array of all terms, for any terms, users and times', async (t) => {
    await fc.assert(fc.asyncProperty(fc.array(somePayment, { maxLength: 20 }), fc.array(someSearch, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 6 }), async (payments, searches, limit) => {
      const { orderIndex, write } = await openIndex(t, makePersistence)
      const writes = payments.map(({ terms, ...fields }, index) => terms.map((name) => term(name, index, fields)))
      await times(writes.length, async (index) => await write(writes[index] ?? []))
      for (const search of searches) {
        const { terms, userId, from, to } = search
        const expected = writes.flat().filter((one) => terms.includes(one.term) && (userId === null || one.userId === userId) &&
          (from === null || one.createdAt >= from) && (to === null || one.createdAt < to)).map(keyOf)
        const found = await walk(orderIndex, search, limit)
        t.same(found.flat(), [...new Set(expected)].sort().reverse(), JSON.stringify(search))
        t.same(found.slice(0, -1).filter(({ length }) => length < limit), [], 'every page is full but the last')
      }
    }), { numRuns: 15 })
  })
}
