import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import t from 'tap'
import { isTimeZone } from '#domain/notifications/notification-preferences.js'
import { keyFromSecret } from '#adapters/tokens/own-tokens.js'
import { dependsOnCredentials, loadConfig } from '#infrastructure/config/config.js'
import { Environment, readEnvironment, type EnvironmentValues } from '#infrastructure/config/environment.js'
import { VERSION } from '#infrastructure/runtime/version.js'
import { ADMIN_TOKEN, WEBHOOK_SECRET } from '../../support/service.js'

const SECRET = 'a secret of tests that no one can guess'
const OTHER_WEBHOOK_SECRET = `whsec_${Buffer.from('another webhook secret of the tests').toString('base64')}`
const never = (): string => { throw new Error('nothing is generated here') }
const generate = () => 'generated-secret-of-development-mode'

/** All that production asks for. */
const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: SECRET, SIMULATOR_WEBHOOK_SECRET: WEBHOOK_SECRET, ALLOW_SIMULATOR: 'true', ORDERS: 'open' }

/** Providers as a shop that takes money has them. */
const LIVE = {
  PAYMENT_PROVIDERS: 'iyzico, stripe',
  STRIPE_SECRET_KEY: 'sk_live_0123456789',
  STRIPE_WEBHOOK_SECRETS: 'whsec_0123456789abcdef,whsec_fedcba9876543210',
  IYZICO_API_KEY: 'key of iyzico',
  IYZICO_SECRET_KEY: 'secret of iyzico, older one',
}

t.test('the schema of the environment is valid, and its defaults match it', async t => {
  t.ok(new Ajv({ strict: true }).validateSchema(Environment))
  for (const [name, { default: value }] of Object.entries(Environment.properties as Record<string, { default?: unknown }>)) {
    if (value !== undefined) t.equal(String(readEnvironment({ [name]: String(value) })[name as keyof EnvironmentValues]), String(value), name)
  }
  t.ok(isTimeZone(readEnvironment({}).DEFAULT_TIME_ZONE))
})

t.test('providers are configured in their order, and their secrets are known to the log', async t => {
  const production = loadConfig({ NODE_ENV: 'production', JWT_SECRET: SECRET, ORDERS: 'open', ...LIVE }, never)
  t.same(production.providers, [
    { name: 'iyzico', apiKey: 'key of iyzico', secretKey: 'secret of iyzico', previousSecretKeys: ['older one'], installmentFee: 'payer', baseUrl: 'https://api.iyzipay.com' },
    { name: 'stripe', secretKey: 'sk_live_0123456789', webhookSecrets: ['whsec_0123456789abcdef', 'whsec_fedcba9876543210'], baseUrl: null },
  ])
  const known = ['sk_live_0123456789', 'whsec_0123456789abcdef', 'whsec_fedcba9876543210', 'key of iyzico', 'secret of iyzico', 'older one']
  for (const secret of known) t.ok(production.secrets.includes(secret), secret)
  t.same(production.corsOrigins, [], 'no pages of the own machine may call production')
  const idle = loadConfig({ ...LIVE, PAYMENT_PROVIDERS: 'simulator' }, generate)
  t.same(idle.providers.map(({ name }) => name), ['simulator'])
  for (const secret of known) t.ok(idle.secrets.includes(secret), `${secret}, though nobody uses it`)
  const standIns = loadConfig({ ...LIVE, STRIPE_BASE_URL: 'http://127.0.0.1:1/', IYZICO_BASE_URL: 'http://127.0.0.1:2' }, generate).providers
  t.match(standIns, [{ baseUrl: 'http://127.0.0.1:2' }, { baseUrl: 'http://127.0.0.1:1' }])
  t.match(loadConfig(LIVE, generate).providers, [{ baseUrl: 'https://sandbox-api.iyzipay.com' }, { baseUrl: null }])
})

t.test('an empty environment is development in memory, with secrets of its own', async t => {
  const whsec = `whsec_${Buffer.from(generate()).toString('base64')}`
  t.same(loadConfig({}, generate), {
    production: false,
    logLevel: 'info', performanceLog: 'dynamodb', traces: null,
    host: '127.0.0.1', port: 4000,
    publicUrl: null,
    corsOrigins: [/^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?$/], returnUrlOrigins: [], trustedProxies: [],
    rateLimitMax: 600, roomRateMax: 50, roomRetentionMs: 400 * 86_400_000, eventRetentionMs: 400 * 86_400_000, liveConnectionsMax: 20_000, busUrl: null, ticketSecret: 'generated-secret-of-development-mode', firstMessagesPerDay: 100, abandonMs: 86_400_000,
    retainBillingYears: 10, shipWithinDays: 3,
    reconcilePerMinute: 60,
    eventLoopDelayMaxMs: 1000,
    mode: 'memory',
    dataDir: null,
    dynamodb: {
      region: 'us-east-1',
      endpoint: undefined,
      credentials: undefined,
      tableNames: loadConfig({}, generate).dynamodb.tableNames, groupMax: 100,
    },
    auth: { mode: 'secret', secret: generate(), previousSecret: null, issuer: 'basvideo', audience: 'basvideo-api' },
    adminTokens: [], stepUpAmounts: null, tokenRoles: ['admin'],
    tokenMaxMs: 604_800_000,
    metrics: { port: null, isBesideTheApi: true, token: null },
    apiDocs: true, console: true,
    shopTimeZone: 'UTC', orders: { required: false, secrets: [], keysUrl: null },
    providers: [{ name: 'simulator', secrets: [whsec] }], shippingPiiMs: 90 * 86_400_000, carriers: [{ name: 'simulator', settings: { secrets: [whsec] } }, { name: 'manual', settings: {} }],
    notifications: {
      smtp: null,
      sms: null, smsCountries: ['TR'], appUrl: null,
      defaults: { locale: 'tr', timeZone: 'Europe/Istanbul', operationsEmail: null },
      unsubscribeSecret: generate(),
      secrets: [generate()],
    },
    strangers: [], video: { provider: 'simulator', url: 'ws://127.0.0.1:7880', apiKey: 'devkey', apiSecret: generate() },
    secrets: [generate(), generate(), whsec, whsec, generate()],
  })
})

t.test('an empty variable counts as not set', async t => {
  const empty = Object.fromEntries(Object.keys(Environment.properties).map((name) => [name, '']))
  t.same(loadConfig(empty, generate), loadConfig({}, generate))
})

t.test('the days of statistics are those of the shop', async t => {
  t.equal(loadConfig({ SHOP_TIME_ZONE: 'Europe/Istanbul' }, generate).shopTimeZone, 'Europe/Istanbul')
  for (const zone of ['Europe/Ankara', '+03:00']) {
    t.throws(() => loadConfig({ SHOP_TIME_ZONE: zone }, generate), { name: 'ConfigError', message: 'SHOP_TIME_ZONE must be a name of the IANA database, such as Europe/Istanbul' }, zone)
  }
})

t.test('every variable is read', async t => {
  const config = loadConfig({
    ...PRODUCTION,
    LOG_LEVEL: 'debug',
    PERFORMANCE_LOG: 'emf',
    HOST: '0.0.0.0',
    PORT: '0',
    PUBLIC_URL: 'https://api.example/',
    CORS_ORIGINS: 'https://shop.example, http://localhost:3000,',
    RETURN_URL_ORIGINS: 'https://shop.example',
    CONSOLE: 'off', RATE_LIMIT_MAX: '7',
    FIRST_MESSAGES_PER_DAY: '8',
    ROOM_RATE_MAX: '9',
    ROOM_RETENTION_DAYS: '2',
    TRUST_PROXY: '127.0.0.1, 10.0.0.0/8,::1/128',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'aws-secret',
    DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000', DYNAMODB_GROUP_MAX: '1',
    DYNAMODB_TABLE_MESSAGES: 'my-messages',
    JWT_ISSUER: 'me',
    JWT_AUDIENCE: 'you',
    ADMIN_TOKEN,
    SIMULATOR_WEBHOOK_SECRET: `${WEBHOOK_SECRET},${OTHER_WEBHOOK_SECRET}`,
  }, never)
  t.match(config, {
    production: true,
    logLevel: 'debug', performanceLog: 'emf',
    host: '0.0.0.0',
    port: 0,
    publicUrl: 'https://api.example',
    corsOrigins: ['https://shop.example', 'http://localhost:3000'],
    returnUrlOrigins: ['https://shop.example'],
    trustedProxies: ['127.0.0.1', '10.0.0.0/8', '::1/128'],
    rateLimitMax: 7, firstMessagesPerDay: 8, roomRateMax: 9, roomRetentionMs: 172_800_000,
    abandonMs: 86_400_000,
    mode: 'dynamodb',
    dynamodb: { region: 'eu-central-1', endpoint: 'http://127.0.0.1:8000', groupMax: 1 },
    auth: { mode: 'secret', secret: SECRET, issuer: 'me', audience: 'you' },
    adminTokens: [ADMIN_TOKEN],
    metrics: { port: null, isBesideTheApi: false, token: null },
    apiDocs: false, console: false,
    providers: [{ name: 'simulator', secrets: [WEBHOOK_SECRET, OTHER_WEBHOOK_SECRET] }],
  })
  t.ok(Object.values(config.dynamodb.tableNames).includes('my-messages'))
  t.same(config.secrets, [SECRET, ADMIN_TOKEN, 'aws-secret', WEBHOOK_SECRET, OTHER_WEBHOOK_SECRET], 'every secret is known to the log')
  t.match(loadConfig({ AUTH_MODE: 'jwks', JWKS_URL: 'https://id.example/keys' }, generate).auth,
    { mode: 'jwks', url: 'https://id.example/keys', issuer: 'basvideo', audience: 'basvideo-api' })
})

const encoded = (key: KeyObject): string => key.export({ format: 'der', type: 'pkcs8' }).toString('base64')
const ED25519 = encoded(generateKeyPairSync('ed25519').privateKey)
const P256 = encoded(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
const LOCAL = { ...PRODUCTION, AUTH_MODE: 'local', ACCESS_TOKEN_KEYS: ED25519, PUBLIC_URL: 'https://api.example', SMTP_URL: 'smtps://u:p@mail.example', MAIL_FROM: 'a@shop.example', UNSUBSCRIBE_SECRET: 'another secret that no one can guess' }

t.test('local accounts have keys, the signing one first, and a base for the links in mails', async t => {
  const rotating = loadConfig({ ...LOCAL, ACCESS_TOKEN_KEYS: `${ED25519}, ${P256}`, RESET_URL_BASE: 'https://app.example/account//' }, never)
  t.same(rotating.auth, { mode: 'local', keys: [ED25519, P256], linkBase: 'https://app.example/account', secondFactorKeys: [], isSecondFactorRequired: false, issuer: 'basvideo', audience: 'basvideo-api' })
  t.same(rotating.secrets.slice(0, 2), [ED25519, P256])
  t.match(loadConfig(LOCAL, never).auth, { linkBase: 'https://api.example' })
  const development = loadConfig({ AUTH_MODE: 'local' }, (variable) => `${variable} of development, long enough`)
  t.match(development.auth, { keys: [keyFromSecret('ACCESS_TOKEN_KEYS of development, long enough')], linkBase: null }, 'development needs neither')
  t.ok(development.secrets.includes(keyFromSecret('ACCESS_TOKEN_KEYS of development, long enough')))
})

t.test('the mode follows USE_DYNAMODB, then whether DynamoDB can be reached; production never guesses', async t => {
  const modes: Array<[env: Record<string, string>, without: string, withCredentials: string]> = [
    [{}, 'memory', 'dynamodb'],
    [{ USE_DYNAMODB: '' }, 'memory', 'dynamodb'],
    [{ USE_DYNAMODB: 'true' }, 'dynamodb', 'dynamodb'],
    [{ USE_DYNAMODB: 'false' }, 'memory', 'memory'],
    [{ DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000' }, 'dynamodb', 'dynamodb'],
    [PRODUCTION, 'dynamodb', 'dynamodb'],
    [{ ...PRODUCTION, USE_DYNAMODB: 'false', ALLOW_MEMORY: 'true' }, 'memory', 'memory'],
    [{ ...PRODUCTION, ALLOW_MEMORY: 'true' }, 'dynamodb', 'dynamodb'],
  ]
  for (const [env, without, withCredentials] of modes) {
    t.equal(loadConfig(env, generate).mode, without, JSON.stringify(env))
    t.equal(loadConfig(env, generate, true).mode, withCredentials, JSON.stringify(env))
    t.equal(dependsOnCredentials(env), without !== withCredentials, `and is credentials' to say: ${JSON.stringify(env)}`)
  }
})

t.test('a missing or wrong variable is refused in one line that begins with its name', async t => {
  const refusals: Array<[variable: string, env: Record<string, string | undefined>, reason: RegExp]> = [
    ['JWT_SECRET', { ...PRODUCTION, JWT_SECRET: undefined }, /at least 32 characters/],
    ['JWT_SECRET', { ...PRODUCTION, JWT_SECRET: '' }, /at least 32 characters/],
    ['JWT_SECRET', { ...PRODUCTION, JWT_SECRET: 'x'.repeat(31) }, /at least 32 characters/],
    ['JWT_SECRET', { JWT_SECRET: 'short' }, /at least 32 characters/],
    ['JWKS_URL', { ...PRODUCTION, AUTH_MODE: 'jwks' }, /must be set/],
    ['JWKS_URL', { AUTH_MODE: 'jwks', JWKS_URL: 'nonsense' }, /must be an address/],
    ['ACCESS_TOKEN_KEYS', { ...LOCAL, ACCESS_TOKEN_KEYS: '' }, /must hold a private key/],
    ['ACCESS_TOKEN_KEYS', { ...LOCAL, ACCESS_TOKEN_KEYS: `${ED25519},nonsense` }, /Ed25519 or P-256/],
    ['ACCESS_TOKEN_KEYS', { ...LOCAL, ACCESS_TOKEN_KEYS: encoded(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey) }, /Ed25519 or P-256/],
    ['ACCESS_TOKEN_KEYS', { ...LOCAL, ACCESS_TOKEN_KEYS: encoded(generateKeyPairSync('x25519').privateKey) }, /Ed25519 or P-256/],
    ['RESET_URL_BASE', { ...LOCAL, PUBLIC_URL: '' }, /PUBLIC_URL must be set/],
    ['SMTP_URL', { ...LOCAL, SMTP_URL: undefined }, /must be set when AUTH_MODE is local/],
    ['RESET_URL_BASE', { AUTH_MODE: 'local', RESET_URL_BASE: 'app.example' }, /http/],
    ['RESET_URL_BASE', { ...LOCAL, RESET_URL_BASE: 'https://app.example/?a=' }, /without a query/],
    ['AUTH_MODE', { AUTH_MODE: 'none' }, /must be/],
    ['ADMIN_TOKEN', { ...PRODUCTION, ADMIN_TOKEN: 'x'.repeat(31) }, /at least 32 characters in production/],
    ['ALLOW_MEMORY', { ...PRODUCTION, USE_DYNAMODB: 'false' }, /must be true to run in memory in production/],
    ['ALLOW_SIMULATOR', { ...PRODUCTION, ALLOW_SIMULATOR: undefined }, /must be true to take simulated payments/],
    ['ALLOW_SIMULATOR', { ...PRODUCTION, ALLOW_SIMULATOR: undefined, SIMULATOR_WEBHOOK_SECRET: undefined }, /must be true to take simulated payments/],
    ['SIMULATOR_WEBHOOK_SECRET', { ...PRODUCTION, SIMULATOR_WEBHOOK_SECRET: undefined }, /whsec_/],
    ['SIMULATOR_WEBHOOK_SECRET', { ...PRODUCTION, SIMULATOR_WEBHOOK_SECRET: 'secret' }, /whsec_/],
    ['SIMULATOR_WEBHOOK_SECRET', { SIMULATOR_WEBHOOK_SECRET: 'whsec_short' }, /24 bytes/],
    ['SIMULATOR_WEBHOOK_SECRET', { SIMULATOR_WEBHOOK_SECRET: `${WEBHOOK_SECRET},nonsense` }, /whsec_/],
    ['PAYMENT_PROVIDERS', { PAYMENT_PROVIDERS: 'paypal' }, /made of simulator, stripe, iyzico/],
    ['PAYMENT_PROVIDERS', { PAYMENT_PROVIDERS: 'toString' }, /made of simulator/],
    ['PAYMENT_PROVIDERS', { PAYMENT_PROVIDERS: 'simulator,simulator' }, /each provider once/],
    ['PAYMENT_PROVIDERS', { PAYMENT_PROVIDERS: ' , ' }, /at least one/],
    ['ALLOW_SIMULATOR', { ...PRODUCTION, ...LIVE, ALLOW_SIMULATOR: undefined, PAYMENT_PROVIDERS: 'stripe,simulator' }, /must be true/],
    ['STRIPE_SECRET_KEY', { ...LIVE, STRIPE_SECRET_KEY: undefined }, /sk_live_/],
    ['STRIPE_SECRET_KEY', { ...LIVE, STRIPE_SECRET_KEY: 'pk_live_1234' }, /sk_live_/],
    ['STRIPE_WEBHOOK_SECRETS', { ...LIVE, STRIPE_WEBHOOK_SECRETS: undefined }, /whsec_/],
    ['STRIPE_WEBHOOK_SECRETS', { ...LIVE, STRIPE_WEBHOOK_SECRETS: 'whsec_0123456789abcdef,secret' }, /whsec_/],
    ['STRIPE_BASE_URL', { ...LIVE, STRIPE_BASE_URL: 'stripe' }, /an address such as/],
    ['IYZICO_API_KEY', { ...LIVE, IYZICO_API_KEY: undefined }, /must be set/],
    ['IYZICO_SECRET_KEY', { ...LIVE, IYZICO_SECRET_KEY: '' }, /must be set/],
    ['INSTALLMENT_FEE', { ...LIVE, INSTALLMENT_FEE: 'bank' }, /one of the allowed values/],
    ['IYZICO_BASE_URL', { ...LIVE, IYZICO_BASE_URL: 'https://api.iyzipay.com/v1' }, /origins such as/],
    ['PORT', { PORT: 'http' }, /integer/],
    ['PORT', { PORT: '1.5' }, /integer/],
    ...([['65536', /<= 65535/], ['-1', />= 0/]] as const).map(([PORT, reason]): typeof refusals[number] => ['PORT', { PORT }, reason]),
    ['RATE_LIMIT_MAX', { RATE_LIMIT_MAX: '0' }, />= 1/],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }, /must be/],
    ['USE_DYNAMODB', { USE_DYNAMODB: 'yes' }, /boolean/],
    ['PUBLIC_URL', { PUBLIC_URL: 'api.example' }, /origins such as/],
    ['PUBLIC_URL', { PUBLIC_URL: 'https://api.example/v1' }, /origins such as/],
    ['PUBLIC_URL', { PUBLIC_URL: 'ftp://api.example' }, /origins such as/],
    ['CORS_ORIGINS', { CORS_ORIGINS: '*' }, /origins such as/],
    ...['*', 'true', '10.0.0.0/33', '10.0.0/8', '::1/129', '10.0.0.1/', 'proxy.example', '10.0.0.1/8/8'].map((wrong): typeof refusals[number] => ['TRUST_PROXY', { TRUST_PROXY: `127.0.0.1,${wrong}` }, /networks such as/]),
    ['CORS_ORIGINS', { CORS_ORIGINS: 'https://shop.example,shop.example' }, /origins such as/],
    ['RETURN_URL_ORIGINS', { RETURN_URL_ORIGINS: 'javascript:alert(1)' }, /origins such as/],
  ]
  for (const [variable, env, reason] of refusals) {
    const what = `${variable} in ${JSON.stringify(env)}`
    t.throws(() => loadConfig(env, generate), { name: 'ConfigError', message: reason }, what)
    t.throws(() => loadConfig(env, generate), { message: new RegExp(`^${variable} [^\n]+$`) }, what)
  }
})

t.test('the version is that of package.json', async t => {
  t.equal(VERSION, (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version)
})
