import t from 'tap'
import { hasSecondFactor, roleIn, withCodeUsed, withSecondFactor, withSecret, type ReadCode } from '#domain/accounts/second-factor-use.js'
import { tombstone } from '#domain/accounts/user.js'
import { at } from '../../contracts/fixtures.js'
import { user } from '../../contracts/user-store.contract.js'

const read = (step: number | null, recoveryDigest = 'none', sealed?: string): ReadCode => (factor) => ({ step, recoveryDigest, sealed: sealed ?? factor.sealed })
const waiting = withSecret(user('ada'), 'sealed', at(1))
const on = withSecondFactor(waiting, read(7), ['one', 'two'], at(2))

t.test('a secret counts once a code of it has come', (t) => {
  t.same([user('ada'), waiting, on].map(hasSecondFactor), [false, false, true])
  t.match(waiting, { secondFactor: { sealed: 'sealed', onSince: null, lastStep: 0, recoveryDigests: [] }, version: 2, updatedAt: at(1) })
  t.match(withSecret(waiting, 'next', at(2)), { secondFactor: { sealed: 'next' } }, 'a newer secret ends one that waits')
  t.match(on, { secondFactor: { sealed: 'sealed', onSince: at(2), lastStep: 7, recoveryDigests: ['one', 'two'] }, version: 3 })
  t.throws(() => withSecondFactor(waiting, read(null, 'one'), [], at(2)), { code: 'wrong_code' })
  t.throws(() => withSecondFactor(user('ada'), read(7), [], at(2)), { code: 'second_factor_off' })
  t.throws(() => withSecondFactor(on, read(8), [], at(2)), { code: 'second_factor_on' })
  t.throws(() => withSecret(on, 'next', at(2)), { code: 'second_factor_on' })
  t.end()
})

t.test('a code counts once, and ends those of earlier steps', (t) => {
  for (const step of [6, 7, null]) t.throws(() => withCodeUsed(on, read(step), at(3)), { code: 'wrong_code' }, String(step))
  const used = withCodeUsed(on, read(8, 'none', 'sealed anew'), at(3))
  t.match(used, { secondFactor: { sealed: 'sealed anew', lastStep: 8, onSince: at(2), recoveryDigests: ['one', 'two'] }, version: 4 })
  t.throws(() => withCodeUsed(used, read(8), at(4)), { code: 'wrong_code' })
  for (const without of [user('ada'), waiting]) t.throws(() => withCodeUsed(without, read(8), at(3)), { code: 'second_factor_off' })
  t.end()
})

t.test('a recovery code takes the place of a code once', (t) => {
  const used = withCodeUsed(on, read(null, 'two'), at(3))
  t.same(used.secondFactor, { sealed: 'sealed', onSince: at(2), lastStep: 7, recoveryDigests: ['one'] })
  t.throws(() => withCodeUsed(used, read(null, 'two'), at(4)), { code: 'wrong_code' })
  t.same(withCodeUsed(used, read(7, 'one'), at(4)).secondFactor?.recoveryDigests, [])
  t.end()
})

t.test('where a second factor is required, a role counts in sessions that were opened with it, as long as it is on', (t) => {
  const [admin, bare] = [{ ...on, role: 'admin' } as const, { ...user('ada'), role: 'admin' } as const]
  const [opened, other] = [{ hasSecondFactor: true }, { hasSecondFactor: false }]
  t.same([opened, other].map((session) => roleIn(session, admin, true)), ['admin', 'user'])
  t.same([opened, other].map((session) => roleIn(session, bare, true)), ['user', 'user'])
  t.same([opened, other].map((session) => roleIn(session, bare, false)), ['admin', 'admin'])
  t.end()
})

t.test('a deleted user has none', (t) => {
  t.equal(tombstone(on, at(3)).secondFactor, null)
  t.end()
})
