import { scryptSync } from 'node:crypto'
import t from 'tap'
import { OWASP_COST, makeScryptPasswords } from '#adapters/passwords/scrypt.js'

const IP = '192.0.2.7'
/** As little work as scrypt can be. */
const CHEAP = { ln: 1, r: 1, p: 1 }

t.test('by default a hash has the cost of OWASP, and its text says so', async (t) => {
  const { hash, verify } = makeScryptPasswords()
  const text = await hash('dört tane mavi atkı', IP)
  const [, ln, salt = '', key] = /^\$scrypt\$(ln=15,r=8,p=3)\$([\w-]{22})\$([\w-]{43})$/.exec(text) ?? []
  t.equal(ln, 'ln=15,r=8,p=3')
  t.equal(key, scryptSync('dört tane mavi atkı', Buffer.from(salt, 'base64url'), 32, { N: 32_768, r: 8, p: 3, maxmem: 2 ** 26 }).toString('base64url'))
  t.same(await verify('dört tane mavi atkı', text, IP), { isRight: true, isOutdated: false })
  t.same(await verify('dort tane mavi atki', text, IP), { isRight: false, isOutdated: false })
  t.same(OWASP_COST, { ln: 15, r: 8, p: 3 })
})

t.test('two hashes of a password differ, and a hash of another cost is outdated', async (t) => {
  const { hash, verify } = makeScryptPasswords({ cost: CHEAP })
  const [one, other] = [await hash('a', IP), await hash('a', IP)]
  t.not(one, other)
  for (const cost of [{ ...CHEAP, ln: 2 }, { ...CHEAP, r: 2 }, { ...CHEAP, p: 2 }]) {
    t.same(await verify('a', await makeScryptPasswords({ cost }).hash('a', IP), IP), { isRight: true, isOutdated: true })
    t.same(await makeScryptPasswords({ cost }).verify('b', one, IP), { isRight: false, isOutdated: true })
  }
})

t.test('without a hash every password is wrong', async (t) => {
  const { verify } = makeScryptPasswords({ cost: CHEAP })
  for (const password of ['', 'a', 'null']) t.same(await verify(password, null, IP), { isRight: false, isOutdated: false })
})

t.test('a hash of another form, or of too high a cost, is an error', async (t) => {
  const { hash, verify } = makeScryptPasswords({ cost: CHEAP })
  const right = await hash('a', IP)
  for (const wrong of ['', 'a', '$2b$10$abc', right.slice(1), `${right}x`, right.replace('ln=1', 'ln=21'), right.replace('ln=1', 'ln=x')]) {
    await t.rejects(verify('a', wrong, IP), { message: 'the password hash has an unknown form' }, wrong)
  }
  await t.rejects(verify('a', right.replace('r=1', 'r=0'), IP), { code: /ERR/ }, 'what scrypt refuses')
  t.match(await verify('a', right, IP), { isRight: true }, 'and its place in the queue is free again')
})

t.test('hashes run up to the concurrency, wait up to the limit, and are refused beyond it', async (t) => {
  const { hash, verify } = makeScryptPasswords({ cost: CHEAP, concurrency: 1, waiting: 2 })
  const outcomes = await Promise.allSettled([hash('a', IP), verify('b', null, IP), hash('c', IP), hash('d', IP), verify('e', null, IP)])
  t.same(outcomes.map(({ status }) => status), ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'])
  t.match(outcomes[4], { reason: { code: 'busy', retryAfterS: 2 } })
  await t.resolves(hash('f', IP))
})

t.test('the event loop goes on while a password is hashed', async (t) => {
  const { hash } = makeScryptPasswords()
  let turns = 0
  const turn = setInterval(() => { turns++ }, 1)
  await hash('dört tane mavi atkı', IP)
  clearInterval(turn)
  t.ok(turns > 3, `${turns} turns`)
})
