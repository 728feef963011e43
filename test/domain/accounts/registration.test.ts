import t from 'tap'
import { registered, validOf, type Registration, type Registrations } from '#domain/accounts/registration.js'
import { at } from '../../contracts/fixtures.js'

const one = (digest: string, origin: string): Registration => ({ digest, origin, passwordHash: 'h', name: 'n', locale: 'tr', expiresAt: at(60) })

/** Those that wait after these have come, each named by its network and its number: a1 is the first of network a. */
function after (...names: string[]): string[] {
  const all = names.reduce<Registrations | null>((before, name) => registered(before, 'ada@example.com', one(name, name.slice(0, 1)), at(0)), null)
  return validOf(all, at(0)).map(({ digest }) => digest)
}

t.test('five registrations wait, and a network that holds most places gives one up for another', async (t) => {
  t.same(after('a1', 'b1', 'a2', 'a3', 'c1'), ['a1', 'b1', 'a2', 'a3', 'c1'])
  t.same(after('a1', 'a2', 'a3', 'a4', 'a5', 'a6'), ['a1', 'a2', 'a3', 'a4', 'a5'], 'it ends none of its own')
  t.same(after('a1', 'a2', 'a3', 'a4', 'a5', 'b1'), ['a1', 'a2', 'a3', 'a4', 'b1'])
  t.same(after('b1', 'a1', 'a2', 'a3', 'a4', 'a5'), ['b1', 'a1', 'a2', 'a3', 'a4'])
  t.same(after('a1', 'a2', 'a3', 'b1', 'b2', 'b3'), ['a1', 'a2', 'a3', 'b1', 'b2'], 'for the same number nothing changes')
  t.same(after('a1', 'b1', 'c1', 'd1', 'e1', 'f1'), ['a1', 'b1', 'c1', 'd1', 'e1'])
})

t.test('an expired registration leaves its place, and a repeated change adds nothing', async (t) => {
  const first = registered(null, 'ada@example.com', one('a', 'a'), at(0))
  t.match(first, { email: 'ada@example.com', expiresAt: at(60), version: 1 })
  t.equal(registered(first, 'ada@example.com', one('a', 'a'), at(1)), first)
  t.match(registered(first, 'ada@example.com', { ...one('b', 'a'), expiresAt: at(99) }, at(59)), { waiting: { length: 2 }, expiresAt: at(99), version: 2 })
  t.match(registered(first, 'ada@example.com', one('b', 'a'), at(60)), { waiting: [{ digest: 'b' }], version: 2 })
  t.same(validOf(null, at(0)), [])
})
