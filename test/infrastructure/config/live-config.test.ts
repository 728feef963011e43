import t from 'tap'
import { loadConfig, type Config } from '#infrastructure/config/config.js'

const SECRET = 'a secret of the tests that no one can guess'
const TICKET_SECRET = 'another secret of the tests, just for tickets'
const PRODUCTION = {
  NODE_ENV: 'production', ADMIN_TOKEN: 'Zs7kQ2mX9vB4nR8tL1pW6yD3fH5jC0gA', JWT_SECRET: 'qT8wE2rY5uI9oP3aS7dF1gH6jK4lZ0xC', ORDERS: 'open', PAYMENT_PROVIDERS: 'simulator', ALLOW_SIMULATOR: 'true',
  SIMULATOR_WEBHOOK_SECRET: 'whsec_cVQ4d0UycllVNXVJOW9QM2FTN2RGMWdINmpLNGxaMHhD', UNSUBSCRIBE_SECRET: 'mN8bV4cX2zL6kJ1hG9fD5sA7pO3iU0yT',
}

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

t.test('the bus is a Redis, whose password is a secret and crosses the network under TLS in production', async (t) => {
  t.equal(load({}).busUrl, null)
  const local = load({ LIVE_BUS_URL: 'redis://127.0.0.1:6379' })
  t.equal(local.busUrl, 'redis://127.0.0.1:6379')
  const { busUrl, secrets } = load({ LIVE_BUS_URL: 'rediss://shop:ge%3Aheim%zz@redis.example' })
  t.equal(busUrl, 'rediss://shop:ge%3Aheim%zz@redis.example')
  t.ok(secrets.includes('ge:heim%zz'), 'the log never shows it')
  t.same(local.secrets.filter((secret) => secret === ''), [])
  for (const LIVE_BUS_URL of ['redis', 'redis://', 'https://redis.example', 'redis://redis.example/?db=1']) t.throws(() => load({ LIVE_BUS_URL }), { name: 'ConfigError', message: /^LIVE_BUS_URL must be such as/ }, LIVE_BUS_URL)
  const production = (LIVE_BUS_URL: string) => () => load({ ...PRODUCTION, LIVE_BUS_URL })
  t.throws(production('redis://:geheim@redis.example'), { message: /^LIVE_BUS_URL must begin with rediss/ })
  for (const url of ['redis://redis.example', 'rediss://:geheim@redis.example', 'redis://:geheim@127.0.0.1']) t.doesNotThrow(production(url), url)
})
