import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeSecondFactors } from '#adapters/tokens/second-factors.js'
import { makeRequireStepUp, makeStepUp } from '#application/accounts/step-up.js'
import { makeThrottle } from '#application/accounts/throttle.js'
import { STEP_UP_MS } from '#domain/accounts/second-factor.js'
import { rotated } from '#domain/accounts/session.js'
import { changedUser } from '#domain/accounts/user.js'
import type { SessionStore } from '#application/ports/account-stores.js'
import { session } from '../../contracts/session-store.contract.js'
import { user } from '../../contracts/user-store.contract.js'
import { countingIdentity, settableClock, START } from '../../support/builders.js'
import { codeOf } from '../../support/totp.js'

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const secondFactors = makeSecondFactors(['a secret that no one can guess, at all'])

/** ada with a second factor, signed in. */
async function signedIn (wrap: (sessions: SessionStore) => Partial<SessionStore> = () => ({})) {
  const stores = memoryStores()
  const identity = countingIdentity()
  const time = settableClock()
  await stores.users.insert({ ...user('ada'), secondFactor: { sealed: secondFactors.seal('usr_ada', SECRET), onSince: START, lastStep: 0, recoveryDigests: [] } })
  await stores.sessions.insert(session('ses_1', 4000))
  Object.assign(stores.sessions, wrap({ ...stores.sessions, replace: stores.sessions.replace.bind(stores.sessions) }))
  const stepUp = makeStepUp({ ...stores, secondFactors, throttle: makeThrottle({ ...stores, identity, clock: time.clock }), identity, clock: time.clock })
  const requireStepUp = makeRequireStepUp({ ...stores, clock: time.clock })
  return {
    ...stores,
    ...time,
    send: async (sessionId: string | null = 'ses_1') => { await stepUp({ userId: 'usr_ada', sessionId, code: codeOf(SECRET, time.clock()), ip: '10.0.0.1' }) },
    ask: async (sessionId?: string, userId: string | null = 'usr_ada') => { await requireStepUp({ userId, admin: true, ...(sessionId !== undefined && { sessionId }) }) },
  }
}

t.test('a code holds ten minutes, in its session', async (t) => {
  const { send, ask, advance, sessions } = await signedIn()
  await sessions.insert(session('ses_2', 4000))
  await t.rejects(ask('ses_1'), { code: 'step_up_required' })
  await send()
  await ask('ses_1')
  await t.rejects(ask('ses_2'), { code: 'step_up_required' })
  advance(STEP_UP_MS - 1)
  await ask('ses_1')
  advance(1)
  await t.rejects(ask('ses_1'), { code: 'step_up_required' })
})

t.test('only people with a second factor, in a session of ours, are asked', async (t) => {
  const { ask, users, sessions } = await signedIn()
  await ask()
  await ask('ses_1', null)
  await users.update('ada@example.com', (before) => changedUser(before, { secondFactor: null }, START))
  await ask('ses_1')
  await sessions.remove('ses_1')
  await t.rejects(ask('ses_1'), { code: 'step_up_required' }, 'a session that has ended since says nothing')
  await sessions.insert({ ...session('ses_1'), email: 'another@example.com' })
  await t.rejects(ask('ses_1'), { code: 'step_up_required' })
})

t.test('a session that is refreshed at the same moment is stepped up nevertheless', async (t) => {
  let isRefreshed = false
  const { send, ask, sessions } = await signedIn((stored) => ({
    replace: async (before, after) => {
      if (!isRefreshed) await stored.replace(before, rotated(before, 'the next token', START))
      isRefreshed = true
      return await stored.replace(before, after)
    },
  }))
  await send()
  await ask('ses_1')
  t.match(await sessions.find('ses_1'), { tokenDigest: 'the next token', steppedUpUntil: String })
})

t.test('a code changes no other account that has the address by now', async (t) => {
  const { send, users } = await signedIn()
  await users.insert(user('bora'))
  const found = await users.find('usr_ada')
  users.find = async () => found && { ...found, email: 'bora@example.com' }
  await t.rejects(send(), { code: 'not_found' })
  t.match(await users.findByEmail('bora@example.com'), { version: 1 })
})

t.test('without a session there is nothing to step up', async (t) => {
  const { send, sessions, advance } = await signedIn()
  await t.rejects(send(null), { code: 'not_found' })
  advance(30_000)
  await sessions.remove('ses_1')
  await t.rejects(send(), { code: 'not_found' })
})
