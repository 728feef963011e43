import fc from 'fast-check'
import t from 'tap'
import { TermIndex } from '#adapters/memory/engine/indexes.js'

// So many that some terms lead to one key, some to a few, and some to more than a list holds.
const keys = fc.integer({ min: 100, max: 150 }).map(String)
const writes = fc.array(fc.record({ term: fc.constantFrom('=order-1', '~scarf'), key: keys }), { size: 'max', maxLength: 150 })

t.test('whatever is put down, in whatever order and how often, the newest keys of a term come first, within bounds', async (t) => {
  fc.assert(fc.property(writes, fc.option(keys), fc.option(keys), fc.integer({ min: 1, max: 60 }), (list, low, high, count) => {
    const index = new TermIndex()
    for (const { term, key } of list) index.add(term, key)
    for (const term of ['=order-1', '~scarf', '~nothing']) {
      const own = new Set(list.filter((one) => one.term === term).map(({ key }) => key))
      const within = [...own].filter((key) => (low === null || key >= low) && (high === null || key < high))
      t.same(index.newest(term, low, high, count), within.sort().reverse().slice(0, count))
    }
  }))
})

t.test('one more order under a term of very many copies no long list of them', async (t) => {
  const lists: { toSpliced: (start: number, deleted: number, added: unknown) => unknown[] } = Array.prototype
  const copies = t.capture(lists, 'toSpliced', lists.toSpliced)
  const index = new TermIndex()
  for (let key = 1000; key < 2000; key++) index.add('~scarf', String(key))
  const lengths = copies().map(({ receiver }) => (receiver as unknown[]).length)
  t.ok(lengths.length > 0 && lengths.every((length) => length < 50), 'as long as there are few')
  t.same(index.newest('~scarf', null, null, 2), ['1999', '1998'])
})
