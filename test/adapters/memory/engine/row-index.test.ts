import fc from 'fast-check'
import t from 'tap'
import { RowIndex } from '#adapters/memory/engine/indexes.js'
import type { Row } from '#adapters/memory/engine/table.js'

const keys = fc.constantFrom('a', 'b', 'c', 'd')
const steps = fc.array(fc.record({ adds: fc.boolean(), owner: fc.constantFrom('ada', 'bora'), key: keys, id: fc.string({ maxLength: 1 }) }), { maxLength: 12 })

t.test('whatever is added and removed, each owner has his own, in order, from both ends', async (t) => {
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
