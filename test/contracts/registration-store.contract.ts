import type { Test } from 'tap'
import { registered, type Registration, type Registrations } from '#domain/accounts/registration.js'
import { at, open, times, type MakePersistence } from './fixtures.js'

export const registration = (digest: string): Registration => ({ digest, passwordHash: `hash of ${digest}`, name: 'Ada', locale: 'tr', origin: 'net_1', expiresAt: at(60) })

const adding = (digest: string) => (before: Registrations | null) => registered(before, 'ada@example.com', registration(digest), at(0))

export function registrationStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('registrations are found as stored, each address for itself, until they end', async (t) => {
    const { registrations } = await open(t, makePersistence)
    t.equal(await registrations.find('reg_1'), null)
    const first = { email: 'ada@example.com', waiting: [registration('a')], expiresAt: at(60), version: 1 }
    t.same(await registrations.update('reg_1', adding('a')), first)
    t.same([await registrations.find('reg_1'), await registrations.find('reg_2')], [first, null])
    const second = { ...first, waiting: [registration('a'), registration('b')], version: 2 }
    t.same(await registrations.update('reg_1', adding('b')), second)
    t.same(await registrations.update('reg_1', (before) => before), second)
    t.same(await registrations.find('reg_1'), second)
    for (const time of ['once', 'again']) t.equal(await registrations.update('reg_1', () => null), null, time)
    t.equal(await registrations.find('reg_1'), null)
  })

  t.test('of registrations at once five wait', async (t) => {
    const { registrations } = await open(t, makePersistence)
    const results = await times(12, async (index) => await registrations.update('reg_1', adding(`d${index}`)))
    const kept = results.filter((result, index) => result?.waiting.some(({ digest }) => digest === `d${index}`))
    t.equal(kept.length, 5)
    t.match(await registrations.find('reg_1'), { waiting: { length: 5 }, version: 5 })
  })
}
