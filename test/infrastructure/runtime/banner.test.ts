import t from 'tap'
import { makeConsoleLinks } from '#adapters/tokens/console-links.js'
import { makeSecretTokenVerifier, type SecretTokenOptions } from '#adapters/tokens/own-tokens.js'
import { banner } from '#infrastructure/runtime/banner.js'
import { loadConfig } from '#infrastructure/config/config.js'
import { ENV, JWT_SECRET } from '../../support/service.js'

const URL = 'http://127.0.0.1:4000'
const bannerOf = (env: Record<string, string>, isTerminal = true): string => banner(loadConfig(env, () => 'a secret that is long enough for HS256'), URL, isTerminal)

t.test('the banner names the address, the mode and the providers', async (t) => {
  t.match(bannerOf({}), `BasVideo listens on ${URL} · memory mode: a restart forgets everything · payments by simulator\nAPI reference: ${URL}/docs\nA live room to look at: ${URL}/demo/\nThe operators' console, once and within five minutes: ${URL}/console/#link=`)
  t.notMatch(bannerOf({ API_DOCS: 'false' }), 'API reference')
  t.match(bannerOf({ API_DOCS: 'false', CONSOLE: 'off' }), `payments by simulator\nA live room to look at: ${URL}/demo/\n\n# the address`)
  t.match(bannerOf({ DATA_DIR: 'data' }), / · memory mode, kept in data · /)
  t.match(bannerOf({ USE_DYNAMODB: 'true' }), / · DynamoDB mode, without a journal · /)
  t.match(bannerOf({ USE_DYNAMODB: 'true', DATA_DIR: 'data' }), / · DynamoDB mode, with a journal in data · /)
  const live = { PAYMENT_PROVIDERS: 'iyzico, stripe', STRIPE_SECRET_KEY: 'sk_live_0', STRIPE_WEBHOOK_SECRETS: 'whsec_0123456789abcdef', IYZICO_API_KEY: 'key', IYZICO_SECRET_KEY: 'secret' }
  t.match(bannerOf(live), / · payments by iyzico, stripe\n/)
})

t.test('on a terminal it assigns the address, and tokens of a buyer, a seller and an administrator', async (t) => {
  const { AYSE = '', MEHMET = '', ADMIN = '', ...others } = Object.fromEntries([...bannerOf(ENV).matchAll(/^(URL|AYSE|MEHMET|ADMIN)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value])) as Readonly<Record<string, string>>
  t.same(others, { URL })
  const { auth } = loadConfig(ENV, () => 'a secret that is long enough for HS256')
  const verify = makeSecretTokenVerifier(auth as SecretTokenOptions)
  t.match(verify(AYSE), { sub: 'ayse', role: undefined })
  t.match(verify(MEHMET), { sub: 'mehmet', role: undefined })
  const { sub, role, iat, exp } = verify(ADMIN)
  t.same([sub, role, Number(exp) - Number(iat)], ['admin', 'admin', 7200])
})

t.test('without a terminal it shows no token, because the output may be kept, but the commands that print one', async (t) => {
  const text = bannerOf(ENV, false)
  t.notMatch(text, 'eyJ')
  t.match(text, `URL=${URL}\nAYSE=$(npx --no basvideo token ayse)\nMEHMET=$(npx --no basvideo token mehmet)\nADMIN=$(npx --no basvideo token admin --role admin)\n`)
})

t.test('its link to the console is good at once', async (t) => {
  const [, code = ''] = /\/console\/#link=(\S+)$/m.exec(bannerOf(ENV, false)) ?? []
  t.ok(makeConsoleLinks(JWT_SECRET).read(code, Date.now()))
})

t.test('there is no banner in production, nor where others sign the tokens', async (t) => {
  t.equal(bannerOf({ ...ENV, NODE_ENV: 'production', ALLOW_MEMORY: 'true', ALLOW_SIMULATOR: 'true', ORDERS: 'open' }), '')
  t.equal(bannerOf({ AUTH_MODE: 'jwks', JWKS_URL: 'https://id.example/' }), '')
  t.equal(bannerOf({ AUTH_MODE: 'local' }), '')
})
