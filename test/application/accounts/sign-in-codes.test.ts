import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeScryptPasswords } from '#adapters/passwords/scrypt.js'
import { makeSecondFactors } from '#adapters/tokens/second-factors.js'
import { makeIdentifyUser } from '#application/accounts/sign-in.js'
import { makeThrottle } from '#application/accounts/throttle.js'
import { ACCOUNT_LIMIT, ADDRESS_LIMIT } from '#domain/accounts/attempt.js'
import { user } from '../../contracts/user-store.contract.js'
import { CHEAP } from '../../support/accounts.js'
import { countingIdentity, settableClock, START } from '../../support/builders.js'
import { codeOf } from '../../support/totp.js'

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const secondFactors = makeSecondFactors(['a secret that no one can guess, at all'])

/** ada with a second factor, who signs in from one address. */
async function start () {
  const stores = memoryStores()
  const identity = countingIdentity()
  const { clock, advance } = settableClock()
  const passwords = makeScryptPasswords({ cost: CHEAP })
  const secondFactor = { sealed: secondFactors.seal('usr_ada', SECRET), onSince: START, lastStep: 0, recoveryDigests: [] }
  await stores.users.insert({ ...user('ada'), emailVerified: true, passwordHash: await passwords.hash('the password', '10.0.0.1'), secondFactor })
  const identifyUser = makeIdentifyUser({ ...stores, passwords, secondFactors, throttle: makeThrottle({ ...stores, identity, clock }), identity, clock })
  return { advance, code: () => codeOf(SECRET, clock()), enter: async (code: string | null = null, ip = '10.0.0.1') => await identifyUser({ email: 'ada@example.com', password: 'the password', code, ip }) }
}

t.test('people of one network who send the password first, and then the code, do not make each other wait', async (t) => {
  const { advance, code, enter } = await start()
  for (let person = 0; person < ADDRESS_LIMIT.free + 5; person++) {
    advance(30_000)
    await t.rejects(enter(), { code: 'second_factor_required' })
    t.match(await enter(code()), { userId: 'usr_ada' })
  }
})

t.test('right passwords without a code count for the account', async (t) => {
  const { code, enter } = await start()
  for (let count = 0; count < ACCOUNT_LIMIT.free; count++) await t.rejects(enter(null, `10.0.${count}.1`), { code: 'second_factor_required' })
  await t.rejects(enter(code(), '10.0.9.1'), { code: 'too_many_attempts' })
})
