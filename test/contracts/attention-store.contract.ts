import type { Test } from 'tap'
import { ATTENTION_KINDS, type AttentionPlace } from '#domain/payments/attention.js'
import { createdKey } from '#domain/time.js'
import type { AttentionQuery } from '#application/ports/attention-store.js'
import { merged } from '#application/outbox/plan.js'
import { at, open, pageCount, pages, times, type MakePersistence } from './fixtures.js'

/** A store that holds nothing yet, and the way in which places get into it. */
async function openAttention (t: Test, makePersistence: MakePersistence) {
  const { attention, outbox } = await open(t, makePersistence)
  const lease = await outbox.claim(0, { owner: 'owner', now: at(0), until: at(10) })
  const write = async (places: readonly AttentionPlace[]): Promise<void> => {
    t.same(await outbox.complete(lease, [], merged(places.map((place) => ({ kind: 'attention', place })))), { kind: 'completed' })
  }
  const ids = async (query: AttentionQuery, limit = 100) => (await pages(async (page) => await attention.list(query, page), limit)).map((page) => page.map(({ id }) => id))
  return { attention, write, ids }
}

/** A refund of a payment of its own, unless told otherwise. */
function place (number: number, fields: Partial<AttentionPlace> = {}): AttentionPlace {
  const paymentId = `pay_${number}`
  return { kind: 'refund', key: createdKey(at(number), `${paymentId}#re_${number}`), paymentId, id: `re_${number}`, state: 'pending', version: 2, ...fields }
}

export function attentionStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('nothing has a place at first', async (t) => {
    const { attention } = await openAttention(t, makePersistence)
    for (const kind of ATTENTION_KINDS) {
      t.same(await attention.list({ kind, state: null }, { before: null, limit: 5 }), { items: [], nextKey: null })
      t.equal(await attention.count(kind, 'open', 10), 0)
    }
  })

  t.test('places of one kind are listed newest first, in any state or in one, page by page', async (t) => {
    const { attention, write, ids } = await openAttention(t, makePersistence)
    const all = Array.from({ length: 30 }, (_, number) => place(number, { state: number % 3 === 0 ? 'failed' : 'pending' }))
    await write(all)
    await write([place(3, { kind: 'dispute', id: 'dp_3' })])
    const expected = (state: string | null) => all.filter((one) => state === null || one.state === state).map(({ id }) => id).reverse()
    for (const state of [null, 'failed', 'pending', 'none']) {
      for (const limit of [1, 7, 30, 100]) {
        const found = await ids({ kind: 'refund', state }, limit)
        t.same(found.flat(), expected(state), `${state} by ${limit}`)
        t.equal(found.length, pageCount(expected(state).length, limit))
      }
    }
    t.same(await ids({ kind: 'dispute', state: null }), [['dp_3']])
    t.same(await attention.list({ kind: 'refund', state: 'failed' }, { before: null, limit: 1 }), { items: [place(27, { state: 'failed' })], nextKey: place(27).key })
  })

  t.test('a place that is written again is one place, in its newest state alone', async (t) => {
    const { attention, write, ids } = await openAttention(t, makePersistence)
    await write([place(1), place(2)])
    await write([place(1)])
    t.same(await ids({ kind: 'refund', state: null }), [['re_2', 're_1']])
    await write([place(1, { state: 'succeeded', version: 3 })])
    t.same(await ids({ kind: 'refund', state: null }), [['re_2', 're_1']])
    t.same([await ids({ kind: 'refund', state: 'pending' }), await ids({ kind: 'refund', state: 'succeeded' })], [[['re_2']], [['re_1']]])
    t.same([await attention.count('refund', 'pending', 10), await attention.count('refund', 'succeeded', 10)], [1, 1])
    t.match(await attention.list({ kind: 'refund', state: 'succeeded' }, { before: null, limit: 1 }), { items: [{ state: 'succeeded', version: 3 }] })
  })

  t.test('places of one moment stand beside each other', async (t) => {
    const { write, ids } = await openAttention(t, makePersistence)
    await write(Array.from({ length: 9 }, (_, number) => place(number, { key: createdKey(at(0), `pay_${number}#re_${number}`) })))
    t.same((await ids({ kind: 'refund', state: 'pending' }, 2)).flat(), [8, 7, 6, 5, 4, 3, 2, 1, 0].map((number) => `re_${number}`))
  })

  t.test('a count stops at the number that is asked for', async (t) => {
    const { attention, write } = await openAttention(t, makePersistence)
    await times(3, async (batch) => await write(Array.from({ length: 20 }, (_, index) => place(batch * 20 + index, { kind: 'flag', state: 'late_success' }))))
    t.same(await Promise.all([100, 60, 59, 5].map(async (max) => await attention.count('flag', 'late_success', max))), [60, 60, 59, 5])
    t.equal(await attention.count('flag', 'dismiss', 100), 0)
  })
}
