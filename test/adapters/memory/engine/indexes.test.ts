import fc from 'fast-check'
import t from 'tap'
import { RowIndex, TermIndex } from '#adapters/memory/engine/indexes.js'
import type { Row } from '#adapters/memory/engine/table.js'

const keys = fc.constantFrom('a', 'b', 'c', 'd')
const steps = fc.array(fc.record({ adds: fc.boolean(), owner: fc.constantFrom('ada', 'bora'), key: keys, id: fc.string({ maxLength: 1 }) }), { maxLength: 12 })

t.test('each owner has its own rows, in order, from both ends, after any additions and removals', async (t) => {
  fc.assert(fc.property(steps, fc.option(keys), fc.integer({ min: 1, max: 3 }), (list, before, limit) => {
    const index = new RowIndex<string>()
    const model = new Map<string, Map<string, string>>([['ada', new Map()], ['bora', new Map()], ['nobody', new Map()]])
    for (const { adds, owner, key, id } of list) {
      if (adds) index.add(owner, key, { stored: id })
      else index.remove(owner, key)
      if (adds) model.get(owner)?.set(key, id)
      else model.get(owner)?.delete(key)
    }
    for (const [owner, owned] of model) {
      const up = [...owned].sort(([one], [other]) => one < other ? -1 : 1)
      const down = up.toReversed().filter(([key]) => before === null || key < before)
      t.same(plain(index.ascending(owner)), up)
      t.same(plain(index.descending(owner, before)), down)
      t.same(index.page(owner, { before, limit }),
        { items: down.slice(0, limit).map(([, id]) => id), nextKey: down.length > limit ? down[limit - 1]?.[0] : null })
    }
  }))
})

function plain (entries: Iterable<readonly [key: string, row: Row<string>]>): Array<[key: string, id: string]> {
  return [...entries].map(([key, { stored }]) => [key, stored])
}

// So many that some terms lead to one key, some to a few, and some to more than a list holds.
const termKeys = fc.integer({ min: 100, max: 150 }).map(String)
const writes = fc.array(fc.record({ term: fc.constantFrom('=order-1', '~scarf'), key: termKeys }), { size: 'max', maxLength: 150 })

t.test('the newest keys of a term come first, within bounds, in whatever order and how often they were added', async (t) => {
  fc.assert(fc.property(writes, fc.option(termKeys), fc.option(termKeys), fc.integer({ min: 1, max: 60 }), (list, low, high, count) => {
    const index = new TermIndex()
    for (const { term, key } of list) index.add(term, key)
    for (const term of ['=order-1', '~scarf', '~nothing']) {
      const own = new Set(list.filter((one) => one.term === term).map(({ key }) => key))
      const within = [...own].filter((key) => (low === null || key >= low) && (high === null || key < high))
      t.same(index.newest(term, low, high, count), within.sort().reverse().slice(0, count))
    }
  }))
})

t.test('one more order under a term with very many orders copies no long list', async (t) => {
  const lists: { toSpliced: (start: number, deleted: number, added: unknown) => unknown[] } = Array.prototype
  const copies = t.capture(lists, 'toSpliced', lists.toSpliced)
  const index = new TermIndex()
  for (let key = 1000; key < 2000; key++) index.add('~scarf', String(key))
  const lengths = copies().map(({ receiver }) => (receiver as unknown[]).length)
  t.ok(lengths.length > 0 && lengths.every((length) => length < 50), 'as long as there are few')
  t.same(index.newest('~scarf', null, null, 2), ['1999', '1998'])
})
