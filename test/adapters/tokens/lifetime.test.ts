import t from 'tap'
import { withLifetime } from '#adapters/tokens/lifetime.js'

const HOUR_S = 3600

t.test('a token without the time of its making counts by what it has left, and a minute of skew is allowed', async (t) => {
  const now = Math.floor(Date.now() / 1000)
  const verify = (claims: Record<string, unknown>) => withLifetime(() => claims, HOUR_S * 1000)('token')
  for (const claims of [{ exp: now + HOUR_S }, { exp: now + HOUR_S + 30 }, { exp: now + 1, iat: 'never' }]) t.equal(verify(claims), claims)
  for (const exp of [now + HOUR_S + 90, now + 2 * HOUR_S]) t.throws(() => verify({ exp }), { message: 'the token lives too long' })
})

t.test('a token that is checked elsewhere is held to the same', async (t) => {
  const now = Math.floor(Date.now() / 1000)
  const verify = withLifetime(async (exp) => ({ exp: Number(exp) }), HOUR_S * 1000)
  t.same(await verify(String(now + 60)), { exp: now + 60 })
  await t.rejects(Promise.resolve(verify(String(now + 2 * HOUR_S))), { message: 'the token lives too long' })
})
