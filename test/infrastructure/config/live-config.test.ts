import t from 'tap'
import { loadConfig, type Config } from '#infrastructure/config/config.js'

const SECRET = 'a secret of the tests that no one can guess'
const TICKET_SECRET = 'another secret of the tests, just for tickets'

function load (env: Record<string, string>): Config {
  return loadConfig({ JWT_SECRET: SECRET, ...env }, (variable) => `a secret for ${variable} that is generated`)
}

t.test('tickets have a secret of their own, or that of the tokens, and none where others sign the tokens', async (t) => {
  t.equal(load({}).ticketSecret, SECRET)
  const own = load({ TICKET_SECRET })
  t.equal(own.ticketSecret, TICKET_SECRET)
  t.ok(own.secrets.includes(TICKET_SECRET), 'the log never shows it')
  const keys = { AUTH_MODE: 'local', ACCESS_TOKEN_KEYS: 'MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g' }
  t.equal(load(keys).ticketSecret, keys.ACCESS_TOKEN_KEYS)
  const jwks = { AUTH_MODE: 'jwks', JWKS_URL: 'https://issuer.example/keys' }
  t.equal(load(jwks).ticketSecret, null)
  t.equal(load({ ...jwks, TICKET_SECRET }).ticketSecret, TICKET_SECRET)
  t.throws(() => load({ NODE_ENV: 'production', TICKET_SECRET: 'short' }), /TICKET_SECRET/)
})
