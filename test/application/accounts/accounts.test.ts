import t from 'tap'
import { MemoryAttemptStore } from '#adapters/memory/accounts/attempt-store.js'
import { MemoryNotifier } from '#adapters/memory/accounts/notifier.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeScryptPasswords } from '#adapters/passwords/scrypt.js'
import { makeSecondFactors } from '#adapters/tokens/second-factors.js'
import { makeSessionCheck } from '#application/accounts/check-session.js'
import { updateUser } from '#application/accounts/profile.js'
import { makeSignIn } from '#application/accounts/sign-in.js'
import { makeThrottle } from '#application/accounts/throttle.js'
import { DomainError } from '#domain/errors.js'
import { newSession } from '#domain/accounts/session.js'
import { changedUser, type User } from '#domain/accounts/user.js'
import { CHEAP } from '../../support/accounts.js'
import { user } from '../../contracts/user-store.contract.js'
import { countingIdentity, settableClock, START } from '../../support/builders.js'

const ids = { sessionId: 'ses_1', familyDigest: 'f', tokenDigest: 't', device: null }

t.test('concurrent requests ask for a session once, and again after an error of the store', async (t) => {
  const { users, sessions } = memoryStores()
  const { clock, advance } = settableClock()
  const ada = user('ada')
  await users.insert(ada)
  await sessions.insert(newSession(ada, ids, START))
  let [asked, isDown] = [0, true]
  const find: typeof sessions.find = async (sessionId) => {
    asked++
    if (isDown) throw new DomainError('store_unavailable', 'down')
    return await sessions.find(sessionId)
  }
  const { checkSession: check } = makeSessionCheck({ users, sessions: { ...sessions, find }, clock })
  const outcomes = await Promise.allSettled([check('ses_1', 'usr_ada'), check('ses_1', 'usr_ada')])
  t.match(outcomes, [{ reason: { code: 'store_unavailable' } }, { reason: { code: 'store_unavailable' } }])
  t.equal(asked, 1)
  isDown = false
  t.match(await Promise.all([check('ses_1', 'usr_ada'), check('ses_1', 'usr_ada')]), [{ role: 'user' }, { role: 'user' }])
  t.equal(asked, 2)
  t.same(check('ses_1', 'usr_ada'), { role: 'user', email: 'ada@example.com', emailVerified: false }, 'at once, where it is known')
  advance(30_000)
  await check('ses_1', 'usr_ada')
  t.equal(asked, 3)
  t.equal(await check('ses_2', 'usr_ada'), null)
  t.equal(check('ses_2', 'usr_ada'), null, 'that there is none is known too')
})

t.test('a session of another user is not valid', async (t) => {
  const { users, sessions } = memoryStores()
  await users.insert(user('ada'))
  await sessions.insert(newSession(user('ada'), ids, START))
  t.equal(await makeSessionCheck({ users, sessions, clock: () => START }).checkSession('ses_1', 'usr_bora'), null)
})

t.test('the number of remembered sessions is bounded', async (t) => {
  const { users, sessions } = memoryStores()
  let asked = 0
  const find: typeof sessions.find = async () => {
    asked++
    return null
  }
  const { checkSession: check } = makeSessionCheck({ users, sessions: { ...sessions, find }, clock: () => START })
  for (let count = 0; count < 10_001; count++) await check(`ses_${count}`, 'usr_ada')
  t.equal(asked, 10_001)
  await check('ses_10000', 'usr_ada')
  t.equal(asked, 10_001)
  await check('ses_0', 'usr_ada')
  t.equal(asked, 10_002)
})

t.test('a change through one node is seen by it at once, and by another within half a minute', async (t) => {
  const stores = memoryStores()
  const { clock, advance } = settableClock()
  await stores.users.insert({ ...user('ada'), emailVerified: true })
  await stores.users.insert(user('bora'))
  for (const sessionId of ['ses_1', 'ses_2']) await stores.sessions.insert(newSession(user('ada'), { ...ids, sessionId }, START))
  const [here, there] = [makeSessionCheck({ ...stores, clock }), makeSessionCheck({ ...stores, clock })]
  const ask = async () => await Promise.all(['ses_1', 'ses_2'].flatMap((sessionId) => [here, there].map(async ({ checkSession }) => await checkSession(sessionId, 'usr_ada'))))
  t.match(await ask(), Array(4).fill({ role: 'user' }))
  await here.watched.sessions.remove('ses_1')
  t.match(await ask(), [null, { role: 'user' }, { role: 'user' }, { role: 'user' }])
  await here.watched.users.update('bora@example.com', (before) => changedUser(before, { status: 'suspended' }, START))
  t.match(await ask(), [null, { role: 'user' }, { role: 'user' }, { role: 'user' }], 'of another user nothing changes')
  await here.watched.users.update('ada@example.com', (before) => changedUser(before, { status: 'suspended' }, START))
  t.match(await ask(), [null, { role: 'user' }, null, { role: 'user' }])
  advance(30_000)
  t.same(await ask(), [null, null, null, null])
  const [before] = (await stores.sessions.listOfUser('usr_ada', { before: null, limit: 1 })).items
  if (before === undefined) throw new Error('one session is left')
  await here.watched.users.update('ada@example.com', (user) => changedUser(user, { status: 'active', epoch: 1 }, START))
  t.equal(await here.checkSession('ses_2', 'usr_ada'), null)
  await here.watched.sessions.replace(before, { ...before, epoch: 1 })
  t.match(await here.checkSession('ses_2', 'usr_ada'), { role: 'user' })
})

t.test('an outdated hash is replaced when the password is right', async (t) => {
  const persistence = memoryStores()
  const clock = () => START
  const identity = countingIdentity()
  const older = makeScryptPasswords({ cost: CHEAP })
  const passwords = makeScryptPasswords({ cost: { ...CHEAP, ln: 2 } })
  await persistence.users.insert({ ...user('ada'), emailVerified: true, passwordHash: await older.hash('the password', '10.0.0.1') })
  const signIn = makeSignIn({ ...persistence, passwords, throttle: makeThrottle({ ...persistence, identity, clock }), secondFactors: makeSecondFactors([]), issueToken: () => 'token', identity, clock })
  const hash = async () => (await persistence.users.findByEmail('ada@example.com'))?.passwordHash
  const ask = async (password: string) => await signIn({ email: 'ada@example.com', password, ip: '10.0.0.1', device: null })
  await t.rejects(ask('another'), { code: 'invalid_credentials' })
  t.match(await hash(), /ln=1,/)
  t.match(await ask('the password'), { user: { version: 2 } })
  const made = await hash()
  t.match(made, /ln=2,/)
  await ask('the password')
  t.equal(await hash(), made)
})

t.test('a password that was changed meanwhile stays changed', async (t) => {
  const persistence = memoryStores()
  const clock = () => START
  const identity = countingIdentity()
  const older = makeScryptPasswords({ cost: CHEAP })
  const passwords = makeScryptPasswords({ cost: { ...CHEAP, ln: 2 } })
  await persistence.users.insert({ ...user('ada'), emailVerified: true, passwordHash: await older.hash('the password', '10.0.0.1') })
  const hash: typeof passwords.hash = async (password, ip) => {
    await persistence.users.update('ada@example.com', (before: User) => changedUser(before, { passwordHash: 'changed', epoch: 1 }, START))
    return await passwords.hash(password, ip)
  }
  const signIn = makeSignIn({ ...persistence, passwords: { ...passwords, hash }, throttle: makeThrottle({ ...persistence, identity, clock }), secondFactors: makeSecondFactors([]), issueToken: () => 'token', identity, clock })
  await t.rejects(signIn({ email: 'ada@example.com', password: 'the password', ip: '10.0.0.1', device: null }), { code: 'invalid_credentials' })
  t.match(await persistence.users.findByEmail('ada@example.com'), { passwordHash: 'changed' })
})

t.test('the memory stores drop old attempts and expired sessions', async (t) => {
  const attempts = new MemoryAttemptStore(2)
  const state = { count: 1, blockedUntil: null, expiresAt: START, version: 1 }
  const known = { ...state, expiresAt: '2026-05-29T12:00:00.000Z' }
  await attempts.update('known', () => known)
  await attempts.update('a', () => state)
  await attempts.update('a', () => state)
  t.same([await attempts.find('known'), await attempts.find('a')], [known, state], 'a change of what is there needs no room')
  for (const key of ['b', 'c', 'd']) await attempts.update(key, () => state)
  t.same(await Promise.all(['known', 'a', 'b', 'c', 'd'].map(async (key) => await attempts.find(key))), [known, null, null, null, state], 'strangers push out strangers')

  const { sessions } = memoryStores()
  await sessions.insert(newSession(user('ada'), ids, START))
  await sessions.insert(newSession(user('ada'), { ...ids, sessionId: 'ses_2' }, '2026-03-31T11:59:59.999Z'))
  t.ok(await sessions.find('ses_1'))
  await sessions.insert(newSession(user('ada'), { ...ids, sessionId: 'ses_3' }, '2026-03-31T12:00:00.000Z'))
  t.equal(await sessions.find('ses_1'), null)
  t.same((await sessions.listOfUser('usr_ada', { before: null, limit: 9 })).items.map(({ sessionId }) => sessionId), ['ses_3', 'ses_2'])
})

t.test('a repeated key enqueues nothing', async (t) => {
  const notifier = new MemoryNotifier()
  const notification = { kind: 'account_exists', to: 'ada@example.com', locale: 'tr', data: {}, dedupeKey: 'k' } as const
  for (const dedupeKey of ['k', 'k', 'l']) await notifier.enqueue({ ...notification, dedupeKey })
  t.same(notifier.enqueued.map(({ dedupeKey }) => dedupeKey), ['k', 'l'])
})

t.test('an address that now belongs to another user is left alone', async (t) => {
  const { users } = memoryStores()
  const before = user('ada', 0, 'usr_gone')
  await users.insert(user('ada'))
  const stale = { ...users, find: async () => before, update: users.update.bind(users) }
  await t.rejects(updateUser(stale, 'usr_gone', (found) => changedUser(found, { name: 'A' }, START)), { code: 'not_found' })
  t.same(await users.findByEmail('ada@example.com'), user('ada'))
})
