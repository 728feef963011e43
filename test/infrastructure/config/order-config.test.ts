import t from 'tap'
import { loadConfig } from '#infrastructure/config/config.js'
import { WEBHOOK_SECRET } from '../../support/service.js'

const SECRET = 'a secret of tests that no one can guess'
const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: SECRET, SIMULATOR_WEBHOOK_SECRET: WEBHOOK_SECRET, ALLOW_SIMULATOR: 'true' }
const generate = () => 'generated-secret-of-development-mode'

t.test('orders are signed or open; production chooses one of the two, and development is open', async t => {
  const orders = (env: Record<string, string>) => loadConfig(env, generate).orders
  const keysUrl = 'https://shop.example/keys'
  t.same(orders({ ...PRODUCTION, ORDERS: 'open' }), { required: false, secrets: [], keysUrl: null })
  t.same(orders({ ...PRODUCTION, ORDERS: 'signed', ORDER_JWKS_URL: keysUrl }), { required: true, secrets: [], keysUrl })
  t.same(orders({ ORDERS: 'signed', ORDER_TOKEN_SECRETS: `${SECRET}, ${'y'.repeat(32)}`, ORDER_JWKS_URL: 'http://127.0.0.1:1/keys' }),
    { required: true, secrets: [SECRET, 'y'.repeat(32)], keysUrl: 'http://127.0.0.1:1/keys' })
  t.same(orders({ ORDER_TOKEN_SECRETS: SECRET, ORDER_JWKS_URL: keysUrl }), { required: false, secrets: [SECRET], keysUrl }, 'an open shop may sign some of its orders')
  t.ok(loadConfig({ ORDER_TOKEN_SECRETS: `${SECRET},${'y'.repeat(32)}` }, generate).secrets.includes('y'.repeat(32)), 'the log knows each secret')
})

t.test('orders that are neither signed nor open, or signed without a usable key, are refused in one line that names the variable', async t => {
  const refusals: Array<[variable: string, env: Record<string, string>, reason: RegExp]> = [
    ['ORDERS', PRODUCTION, /must be signed or open in production/],
    ['ORDERS', { ...PRODUCTION, ORDERS: '', ORDER_TOKEN_SECRETS: 'another secret that no one can guess' }, /must be signed or open in production/],
    ['ORDERS', { ORDERS: 'closed' }, /must be/],
    ['ORDER_TOKEN_SECRETS', { ORDERS: 'signed' }, /ORDER_JWKS_URL must be set/],
    ['ORDER_TOKEN_SECRETS', { ...PRODUCTION, ORDERS: 'signed', ORDER_TOKEN_SECRETS: ' , ' }, /ORDER_JWKS_URL must be set/],
    ['ORDER_TOKEN_SECRETS', { ORDER_TOKEN_SECRETS: `${SECRET},${'x'.repeat(31)}` }, /at least 32 characters/],
    ['ORDER_JWKS_URL', { ORDERS: 'signed', ORDER_JWKS_URL: 'shop.example/keys' }, /such as https/],
    ['ORDER_JWKS_URL', { ORDER_JWKS_URL: 'file:///keys' }, /such as https/],
    ['ORDER_JWKS_URL', { ...PRODUCTION, ORDERS: 'open', ORDER_JWKS_URL: 'http://shop.example/keys' }, /in production over https/],
  ]
  for (const [variable, env, reason] of refusals) {
    t.throws(() => loadConfig(env, generate), { name: 'ConfigError', message: reason }, JSON.stringify(env))
    t.throws(() => loadConfig(env, generate), { message: new RegExp(`^${variable} [^\n]+$`) }, JSON.stringify(env))
  }
})
