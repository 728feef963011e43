import type { Test } from 'tap'
import { advancedErasure, derivedErasure, heldErasure, newErasure } from '#domain/accounts/erasure.js'
import { at, open, type MakePersistence } from './fixtures.js'

export function erasureStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('an erasure of a person is stored once, and found while it is due', async (t) => {
    const { erasures } = await open(t, makePersistence)
    const first = derivedErasure({ ...newErasure('ada', ['ada@example.com'], at(10)), emails: ['x@example.com'] }, 'ada', 'ada@example.com')
    t.same(await erasures.insert(first), { inserted: true, stored: first })
    t.same(await erasures.insert({ ...newErasure('ada', [], at(20)), step: 'payments' }), { inserted: false, stored: first })
    t.same(await erasures.due(at(9), 10), [])
    t.same(await erasures.due(at(10), 10), [first])
    await erasures.insert(newErasure('ceren', ['a@example.com', 'b@example.com'], at(5)))
    t.equal((await erasures.due(at(10), 10)).length, 2)
    t.equal((await erasures.due(at(10), 1)).length, 1)
  })

  t.test('of two owners that take an erasure, one gets it, and the last version alone removes it', async (t) => {
    const { erasures } = await open(t, makePersistence)
    const first = newErasure('ada', [], at(0))
    await erasures.insert(first)
    const held = heldErasure(first, at(1))
    const results = await Promise.all([1, 2, 3].map(async () => await erasures.replace(held)))
    t.same(results.toSorted(), [false, false, true])
    t.equal(await erasures.replace({ ...held, userId: 'none' }), false)
    const next = advancedErasure(held, { cursor: 'key', addresses: ['b@example.com'], isLeft: true }, at(2), 0)
    if (next !== null) t.equal(await erasures.replace(next), true)
    await erasures.remove(held)
    t.same(await erasures.due(at(3), 10), [next], 'an earlier version removes nothing')
    if (next !== null) await erasures.remove(next)
    t.same(await erasures.due(at(3), 10), [])
  })
}
