import t from 'tap'
import type { GatewaySurroundings } from '#adapters/exchange/provider.js'
import { loadConfig } from '#infrastructure/config/config.js'
import { loadCarriers, makeRunningCarriers } from '#infrastructure/wiring/carriers.js'
import { WEBHOOK_SECRET } from '../../support/service.js'

const SECRET = 'a secret of tests that no one can guess'
const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: SECRET, SIMULATOR_WEBHOOK_SECRET: WEBHOOK_SECRET, ALLOW_SIMULATOR: 'true', ORDERS: 'open' }

const ACCOUNTS = {
  SHIPPING_CARRIERS: 'yurtici, dhl_ecommerce, geliver, easypost',
  EASYPOST_API_KEY: 'EZAK0123456789abcdef',
  EASYPOST_WEBHOOK_SECRETS: 'first-secret-of-easypost, other-secret-of-easypost',
  GELIVER_TOKEN: 'a-token-of-geliver-0123',
  GELIVER_WEBHOOK_TOKEN: 'a_token-in_the-address_of-webhooks_0123',
  DHL_ECOMMERCE_CLIENT_ID: 'client-id-0123456789',
  DHL_ECOMMERCE_CLIENT_SECRET: 'client-secret-0123456789',
  DHL_ECOMMERCE_CUSTOMER_NUMBER: '314159265',
  DHL_ECOMMERCE_PASSWORD: 'password-0123456789',
  YURTICI_USER: 'user-0123456789',
  YURTICI_PASSWORD: 'other-password-0123456789',
}

const configOf = (env: Record<string, string>) => loadConfig(env, () => 'generated-secret-of-development-mode')

t.test('carriers come in the order in which they are named, each with its own settings, and the addresses of production', async (t) => {
  const config = configOf({ ...PRODUCTION, ...ACCOUNTS })
  t.same(config.carriers.map(({ name, settings }) => [name, settings]), [
    ['yurtici', { user: 'user-0123456789', password: 'other-password-0123456789', baseUrl: 'https://ws.yurticikargo.com' }],
    ['dhl_ecommerce', { clientId: 'client-id-0123456789', clientSecret: 'client-secret-0123456789', customerNumber: '314159265', password: 'password-0123456789', baseUrl: 'https://api.mngkargo.com.tr' }],
    ['geliver', { token: 'a-token-of-geliver-0123', webhookTokens: ['a_token-in_the-address_of-webhooks_0123'], baseUrl: 'https://api.geliver.io' }],
    ['easypost', { apiKey: 'EZAK0123456789abcdef', webhookSecrets: ['first-secret-of-easypost', 'other-secret-of-easypost'], baseUrl: 'https://api.easypost.com' }],
  ])
  for (const secret of Object.values(ACCOUNTS).slice(1).flatMap((value) => value.split(', '))) t.ok(config.secrets.includes(secret), 'no log shows it')
})

t.test('development takes the test systems of the carriers that have one, and any carrier can be another server', async (t) => {
  const addressOf = (env: Record<string, string>) => Object.fromEntries(configOf({ ...ACCOUNTS, ...env }).carriers.map(({ name, settings }) => [name, (settings as { baseUrl: string }).baseUrl]))
  t.same(addressOf({}), {
    yurtici: 'http://testwebservices.yurticikargo.com:9090', dhl_ecommerce: 'https://testapi.mngkargo.com.tr', geliver: 'https://api.geliver.io', easypost: 'https://api.easypost.com',
  })
  const here = 'http://127.0.0.1:8080'
  t.same(addressOf({ YURTICI_BASE_URL: here, DHL_ECOMMERCE_BASE_URL: here, GELIVER_BASE_URL: here, EASYPOST_BASE_URL: here }), { yurtici: here, dhl_ecommerce: here, geliver: here, easypost: here })
})

t.test('a carrier without its account, and a test system in production, are refused in one line', async (t) => {
  const refusals: ReadonlyArray<readonly [variable: string, value: string, reason: RegExp]> = [
    ...Object.keys(ACCOUNTS).slice(1).map((variable) => [variable, '', /must/] as const),
    ['EASYPOST_API_KEY', 'sk_live_0123456789', /EZAK/],
    ['EASYPOST_API_KEY', 'EZTK0123456789abcdef', /ALLOW_TEST_KEYS must be true/],
    ['EASYPOST_WEBHOOK_SECRETS', 'short', /at least 16 characters/],
    ['GELIVER_TOKEN', 'short', /must be an API token/],
    ['GELIVER_WEBHOOK_TOKEN', 'a token with spaces that is long enough', /at least 32/],
    ['DHL_ECOMMERCE_BASE_URL', 'https://testapi.mngkargo.com.tr', /ALLOW_TEST_KEYS must be true/],
    ['YURTICI_BASE_URL', 'https://testwebservices.yurticikargo.com:9090', /ALLOW_TEST_KEYS must be true/],
    ['YURTICI_BASE_URL', 'http://ws.yurticikargo.com', /over https/],
    ['SHIPPING_CARRIERS', 'pigeon', /must be made of simulator, manual, easypost, geliver, dhl_ecommerce, yurtici/],
  ]
  for (const [variable, value, reason] of refusals) {
    const { [variable]: removed, ...rest } = { ...PRODUCTION, ...ACCOUNTS } as Record<string, string>
    t.throws(() => configOf(value === '' ? rest : { ...rest, [variable]: value }), { message: new RegExp(`${variable} .*${reason.source}`) }, `${variable}=${value} ${String(removed).length}`)
  }
})

t.test('each carrier is loaded by its settings, and asks nothing before it is called', async (t) => {
  const surroundings = {} as GatewaySurroundings
  const running = makeRunningCarriers(await loadCarriers(configOf(ACCOUNTS).carriers), surroundings)
  t.same(running.map(({ carrier }) => [carrier.carrier, carrier.capabilities.webhook, carrier.checkAccess === undefined]), [
    ['yurtici', 'none', false], ['dhl_ecommerce', 'none', false], ['geliver', 'hint', false], ['easypost', 'signed', false],
  ])
})
