import t from 'tap'
import fc from 'fast-check'
import { mergeNewest } from '#adapters/dynamodb/engine/page.js'

const letters = (text: string) => text

async function * source (items: readonly string[], asked: string[]): AsyncGenerator<string, void> {
  for (const item of items) {
    asked.push(item)
    yield item
  }
}

t.test('lists that run from new to old become one that does', async (t) => {
  await fc.assert(fc.asyncProperty(fc.array(fc.array(fc.string({ maxLength: 3 }))), async (lists) => {
    const sorted = lists.map((list) => list.toSorted().reverse())
    const merged: string[] = []
    for await (const item of mergeNewest(sorted.map((list) => source(list, [])), letters)) merged.push(item)
    t.strictSame(merged, lists.flat().sort().reverse())
  }))
})

t.test('no list is asked for an item before the item may be next', async (t) => {
  const asked: string[] = []
  const merged = mergeNewest([source(['f', 'c', 'a'], asked), source(['e', 'd', 'b'], asked)], letters)
  t.same([(await merged.next()).value, asked], ['f', ['f', 'e']])
  t.same([(await merged.next()).value, asked], ['e', ['f', 'e', 'c']])
})
