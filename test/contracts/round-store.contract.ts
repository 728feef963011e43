import type { Test } from 'tap'
import type { Round } from '#domain/payments/round.js'
import { at, open, type MakePersistence } from './fixtures.js'

const DAY = '2126-03-02'

export function roundStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('the round of a day begins with its first claim, and keeps its progress from one owner to the next', async (t) => {
    const { rounds } = await open(t, makePersistence)
    t.equal(await rounds.find(DAY), null)
    const first = await rounds.claim(DAY, { owner: 'a', until: at(60), now: at(0) })
    t.same(first, { day: DAY, owner: 'a', epoch: 1, until: at(60), step: null, cursor: null, left: 0, unlisted: [], done: false })
    t.same(await rounds.find(DAY), first)
    const moved: Round = { ...first, until: at(70), step: 'recent', cursor: 'key', left: 2, unlisted: ['iyzico'] }
    t.equal(await rounds.save(moved), true)
    t.same(await rounds.find(DAY), moved)
    t.same(await rounds.claim(DAY, { owner: 'b', until: at(99), now: at(69) }), moved, 'another owner, while the lease runs')
    const next = await rounds.claim(DAY, { owner: 'b', until: at(99), now: at(70) })
    t.same(next, { ...moved, owner: 'b', epoch: 2, until: at(99) })
    t.equal(await rounds.save({ ...moved, done: true }), false, 'the late owner')
    t.equal(await rounds.save({ ...next, epoch: 1, done: true }), false, 'the same owner under an earlier claim')
    t.equal(await rounds.save({ ...next, cursor: null, done: true }), true)
    t.match(await rounds.find(DAY), { owner: 'b', cursor: null, done: true })
    t.match(await rounds.claim(DAY, { owner: 'b', until: at(120), now: at(80) }), { epoch: 3, done: true }, 'its own, before the lease is over')
  })

  t.test('of many that claim a round at once, one gets it, and each day has its own', async (t) => {
    const { rounds } = await open(t, makePersistence)
    const owners = Array.from({ length: 8 }, (_, index) => `node_${index}`)
    const claimed = await Promise.all(owners.map(async (owner) => await rounds.claim(DAY, { owner, until: at(60), now: at(0) })))
    t.equal(new Set(claimed.map(({ owner }) => owner)).size, 1)
    t.equal((await rounds.claim('2126-03-03', { owner: 'other', until: at(60), now: at(0) })).owner, 'other')
    const [lease] = claimed as [Round]
    t.equal(await rounds.save({ ...lease, day: '2126-03-04' }), false, 'a round that no owner has claimed')
  })
}
