import type { Test } from 'tap'
import { attempted, type AttemptLimit } from '#domain/accounts/attempt.js'
import { at, open, times, type MakePersistence } from './fixtures.js'

const LIMIT: AttemptLimit = { free: 5, delayMs: 1000, delayMaxMs: 60_000, memoryMs: 3_600_000 }

export function attemptStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('attempts are found as stored, each key for itself, until they are forgotten', async (t) => {
    const { attempts } = await open(t, makePersistence)
    t.equal(await attempts.find('a'), null)
    const first = { count: 1, blockedUntil: null, expiresAt: at(3600), version: 1 }
    const second = { count: 5, blockedUntil: at(10), expiresAt: at(3610), by: 'ntf_1', version: 2 }
    await attempts.update('a', (before) => {
      t.equal(before, null)
      return first
    })
    t.same(await attempts.find('a'), first)
    await attempts.update('a', (before) => {
      t.same(before, first)
      return second
    })
    t.same([await attempts.find('a'), await attempts.find('b')], [second, null])
    await attempts.update('a', () => null)
    await attempts.update('a', () => null)
    t.equal(await attempts.find('a'), null)
  })

  t.test('attempts at once are counted like attempts in a row, and refused ones are not counted', async (t) => {
    const { attempts } = await open(t, makePersistence)
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, async () => { await attempts.update('a', (before) => attempted(before, LIMIT, at(0))) }))
    t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 5)
    t.ok(outcomes.filter((outcome) => outcome.status === 'rejected').every(({ reason }) => (reason as { code: string }).code === 'too_many_attempts'))
    t.same(await attempts.find('a'), { count: 5, blockedUntil: at(1), expiresAt: at(3601), version: 5 })
    await times(3, async (index) => { await attempts.update(`b${index}`, (before) => attempted(before, LIMIT, at(0))) })
    t.match(await attempts.find('b1'), { count: 1 })
  })
}
