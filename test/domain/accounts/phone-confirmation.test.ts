import t from 'tap'
import { CODE_LIFETIME_MS, CODE_TRIES_MAX } from '#domain/accounts/phone.js'
import { awaitingCode, confirmedPhoneOf, tried } from '#domain/accounts/phone-confirmation.js'
import { changedUser, newUser, tombstone, type User } from '#domain/accounts/user.js'
import { laterBy } from '#domain/time.js'
import { START } from '../../support/builders.js'

const PHONE = '+905321234567'
const ada = newUser({ email: 'ada@example.com', name: 'Ada', locale: 'tr', passwordHash: 'hash' }, 'usr_1', START)
const waiting = awaitingCode(ada, { phone: PHONE, digest: 'right' }, START)

t.test('a number is confirmed by the code that went to it', (t) => {
  t.match(waiting, { phone: null, phoneCode: { phone: PHONE, digest: 'right', expiresAt: laterBy(START, CODE_LIFETIME_MS), tries: 0 } })
  const confirmed = tried(waiting, 'right', laterBy(START, CODE_LIFETIME_MS - 1))
  t.match(confirmed, { phone: PHONE, confirmedPhone: PHONE, phoneCode: null })
  t.equal(confirmedPhoneOf(confirmed), PHONE)
  t.throws(() => tried(confirmed, 'right', START), { code: 'invalid_code' }, 'a code works once')
  t.end()
})

t.test('a code ends with its time, with its last try, and with a newer one', (t) => {
  t.throws(() => tried(waiting, 'right', laterBy(START, CODE_LIFETIME_MS)), { code: 'invalid_code' })
  let user: User = waiting
  for (let index = 0; index < CODE_TRIES_MAX; index++) user = tried(user, 'wrong', START)
  t.throws(() => tried(user, 'right', START), { code: 'invalid_code' })
  t.match(user, { phone: null, confirmedPhone: null })
  const newer = awaitingCode(user, { phone: PHONE, digest: 'newer' }, START)
  t.match(tried(newer, 'right', START), { phoneCode: { tries: 1 }, confirmedPhone: null })
  t.match(tried(newer, 'newer', START), { confirmedPhone: PHONE })
  t.throws(() => tried(ada, 'right', START), { code: 'invalid_code' })
  t.end()
})

t.test('another number of the account, or none, is not confirmed', (t) => {
  const confirmed = tried(waiting, 'right', START)
  for (const phone of ['+905321234568', null]) t.equal(confirmedPhoneOf(changedUser(confirmed, { phone }, START)), null)
  t.equal(confirmedPhoneOf(changedUser(ada, { phone: PHONE }, START)), null, 'a number from before codes')
  t.match(tombstone(confirmed, START), { phone: null, confirmedPhone: null, phoneCode: null })
  t.end()
})
