import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { loadConfig } from '#infrastructure/config/config.js'
import { readEnvironment } from '#infrastructure/config/environment.js'
import type { ConfigError } from '#infrastructure/config/variables.js'
import { ADMIN_TOKEN, WEBHOOK_SECRET } from '../../support/service.js'

const SECRET = 'a secret of tests that no one can guess'
const never = (): string => { throw new Error('nothing is generated here') }
const generate = () => 'generated-secret-of-development-mode'

/** All that production asks for. */
const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: SECRET, SIMULATOR_WEBHOOK_SECRET: WEBHOOK_SECRET, ALLOW_SIMULATOR: 'true', ORDERS: 'open' }

/** Providers as a shop that takes money has them. */
const LIVE = {
  PAYMENT_PROVIDERS: 'iyzico, stripe',
  STRIPE_SECRET_KEY: 'sk_live_0123456789',
  STRIPE_WEBHOOK_SECRETS: 'whsec_0123456789abcdef',
  IYZICO_API_KEY: 'key of iyzico',
  IYZICO_SECRET_KEY: 'secret of iyzico',
}

const LOCAL = {
  ...PRODUCTION,
  AUTH_MODE: 'local',
  ACCESS_TOKEN_KEYS: generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  PUBLIC_URL: 'https://api.example',
  SMTP_URL: 'smtps://u:p@mail.example',
  MAIL_FROM: 'a@shop.example',
  UNSUBSCRIBE_SECRET: 'another secret that no one can guess',
}

t.test('an unsafe setting is refused in one line that begins with the name of the variable', async t => {
  const refusals: Array<[variable: string, env: Record<string, string>, reason: RegExp]> = [
    ['JWKS_URL', { AUTH_MODE: 'jwks', JWKS_URL: 'javascript:x' }, /must be an address/],
    ['JWKS_URL', { ...PRODUCTION, AUTH_MODE: 'jwks', JWKS_URL: 'http://id.example/keys' }, /in production over https/],
    ['JWT_SECRET', { ...PRODUCTION, JWT_SECRET: 'a'.repeat(32) }, /easy to guess/],
    ['JWT_SECRET', { ...PRODUCTION, JWT_SECRET: 'changeme'.repeat(4) }, /easy to guess/],
    ['JWT_SECRET', { ...PRODUCTION, JWT_SECRET: '1234567890'.repeat(4).slice(1) }, /easy to guess/],
    ['JWT_SECRET', { ...PRODUCTION, JWT_SECRET: 'abcde'.repeat(3) + 'edcba'.repeat(4) }, /easy to guess/],
    ['ADMIN_TOKEN', { ...PRODUCTION, ADMIN_TOKEN: SECRET }, /must differ from JWT_SECRET/],
    ['ORDER_TOKEN_SECRETS', { ...PRODUCTION, ORDER_TOKEN_SECRETS: `${ADMIN_TOKEN},${SECRET}` }, /must differ from JWT_SECRET/],
    ['SIMULATOR_WEBHOOK_SECRET', { ...PRODUCTION, SIMULATOR_WEBHOOK_SECRET: `whsec_${'b'.repeat(32)}` }, /easy to guess/],
    ['STRIPE_SECRET_KEY', { ...PRODUCTION, ...LIVE, STRIPE_SECRET_KEY: 'sk_test_0123456789' }, /ALLOW_TEST_KEYS must be true/],
    ['STRIPE_SECRET_KEY', { ...PRODUCTION, ...LIVE, STRIPE_SECRET_KEY: 'rk_test_0123456789' }, /ALLOW_TEST_KEYS must be true/],
    ['STRIPE_WEBHOOK_SECRETS', { ...PRODUCTION, ...LIVE, STRIPE_WEBHOOK_SECRETS: `whsec_${'a'.repeat(20)}` }, /easy to guess/],
    ['STRIPE_BASE_URL', { ...PRODUCTION, ...LIVE, STRIPE_BASE_URL: 'http://stripe.example' }, /over https/],
    ['IYZICO_BASE_URL', { ...PRODUCTION, ...LIVE, IYZICO_BASE_URL: 'http://iyzico.example' }, /over https/],
    ['IYZICO_BASE_URL', { ...PRODUCTION, ...LIVE, IYZICO_BASE_URL: 'https://sandbox-api.iyzipay.com' }, /ALLOW_TEST_KEYS must be true/],
    ['IYZICO_API_KEY', { ...PRODUCTION, ...LIVE, IYZICO_API_KEY: 'sandbox-0123456789' }, /ALLOW_TEST_KEYS must be true/],
    ['IYZICO_SECRET_KEY', { ...PRODUCTION, ...LIVE, IYZICO_SECRET_KEY: 'sandbox-0123456789' }, /ALLOW_TEST_KEYS must be true/],
    ['IYZICO_SECRET_KEY', { ...PRODUCTION, ...LIVE, IYZICO_SECRET_KEY: 's' }, /at least 6 characters/],
    ['IYZICO_SECRET_KEY', { ...PRODUCTION, ...LIVE, IYZICO_SECRET_KEY: 'abcabc' }, /easy to guess/],
    ['PUBLIC_URL', { ...PRODUCTION, PUBLIC_URL: 'http://api.example' }, /https:.* in production/],
    ['PUBLIC_URL', { ...LOCAL, PUBLIC_URL: 'http://api.example' }, /https:.* in production/],
    ['RESET_URL_BASE', { ...LOCAL, RESET_URL_BASE: 'http://app.example/account' }, /https:.* in production/],
    ['RESET_URL_BASE', { ...LOCAL, RESET_URL_BASE: 'http://[' }, /must be an http/],
    ['APP_URL', { ...PRODUCTION, APP_URL: 'http://localhost.example' }, /https:.* in production/],
    ['METRICS_PORT', { PORT: '4000', METRICS_PORT: '4000' }, /must differ from PORT/],
    ['METRICS_PORT', { METRICS_PORT: '4000' }, /must differ from PORT/],
    ...['0.0.0.0', '192.168.1.7', '::', 'shop.example'].map((HOST): typeof refusals[number] => ['HOST', { HOST }, /ALLOW_DEVELOPMENT_ON_NETWORK/]),
    ...['0.0.0.0/0', '::/0', '0.0.0.0/1', '2000::/3'].map((TRUST_PROXY): typeof refusals[number] => ['TRUST_PROXY', { TRUST_PROXY }, /believes strangers/]),
  ]
  for (const [variable, env, reason] of refusals) {
    const what = `${variable} in ${JSON.stringify(env)}`
    t.throws(() => loadConfig(env, generate), { name: 'ConfigError', message: reason }, what)
    t.throws(() => loadConfig(env, generate), { message: new RegExp(`^${variable} [^\n]+$`) }, what)
  }
})

t.test('all faults are named at once, each variable in a line of its own', async t => {
  const env = {
    NODE_ENV: 'production', PORT: 'http', LOG_LEVEL: 'loud', HOST: '0.0.0.0', JWT_SECRET: 'short', ADMIN_TOKEN: 'short', USE_DYNAMODB: 'false', PUBLIC_URL: 'x', CORS_ORIGINS: '*',
    TRUST_PROXY: '*', SHOP_TIME_ZONE: 'x', PAYMENT_PROVIDERS: 'simulator,stripe,paypal', STRIPE_BASE_URL: 'x', ORDER_JWKS_URL: 'x', ORDER_TOKEN_SECRETS: 'x',
    SMTP_URL: 'x', SMS_URL: 'x', SMS_PROVIDER: 'twilio', DEFAULT_TIME_ZONE: 'x',
  }
  const named = (env: Record<string, string>): readonly string[] => {
    try {
      loadConfig(env, never)
      return []
    } catch (error) {
      return (error as ConfigError).faults.map((fault) => fault.split(' ', 1).join()).toSorted()
    }
  }
  t.same(named(env), [
    'ADMIN_TOKEN', 'ALLOW_MEMORY', 'ALLOW_SIMULATOR', 'CORS_ORIGINS', 'DEFAULT_TIME_ZONE', 'JWT_SECRET', 'LOG_LEVEL', 'ORDERS', 'ORDER_JWKS_URL', 'ORDER_TOKEN_SECRETS',
    'PAYMENT_PROVIDERS', 'PORT', 'PUBLIC_URL', 'SHOP_TIME_ZONE', 'SMS_URL', 'SMTP_URL', 'STRIPE_BASE_URL', 'STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRETS', 'TRUST_PROXY',
    'TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM', 'UNSUBSCRIBE_SECRET',
  ])
  t.same(named({ ...PRODUCTION, AUTH_MODE: 'local' }), ['ACCESS_TOKEN_KEYS', 'RESET_URL_BASE', 'SMTP_URL'])
  t.throws(() => readEnvironment({ PORT: 'http', LOG_LEVEL: 'loud' }), { message: /^LOG_LEVEL .+\nPORT .+$/ })
  t.throws(() => loadConfig({}, () => { throw new Error('the disk is full') }), { name: 'Error', message: 'the disk is full' }, 'another error is none of the configuration')
})

t.test('ports of the operating system never collide, and links of this machine alone need no https', async t => {
  t.match(loadConfig({ PORT: '0', METRICS_PORT: '0' }, generate), { port: 0, metrics: { port: 0 } })
  t.match(loadConfig({ ...LOCAL, PUBLIC_URL: 'http://localhost:4000', RESET_URL_BASE: 'http://[::1]:3000/account' }, never), { publicUrl: 'http://localhost:4000', auth: { linkBase: 'http://[::1]:3000/account' } })
})

t.test('an explicit word lets production charge at test systems, and development listen on the network', async t => {
  const test = { ...PRODUCTION, ...LIVE, STRIPE_SECRET_KEY: 'sk_test_0123456789', IYZICO_API_KEY: 'sandbox-0123456789', IYZICO_BASE_URL: 'https://sandbox-api.iyzipay.com' }
  t.match(loadConfig({ ...test, ALLOW_TEST_KEYS: 'true' }, never).providers, [{ baseUrl: 'https://sandbox-api.iyzipay.com' }, { secretKey: 'sk_test_0123456789' }])
  t.equal(loadConfig({ HOST: '0.0.0.0', ALLOW_DEVELOPMENT_ON_NETWORK: 'true' }, generate).host, '0.0.0.0')
  for (const HOST of ['localhost', '127.0.0.2', '::1']) t.equal(loadConfig({ HOST }, generate).host, HOST)
})

t.test('only production refuses a short admin token', async t => {
  t.same(loadConfig({ ADMIN_TOKEN: 'short' }, generate).adminTokens, ['short'])
})
