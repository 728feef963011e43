import t from 'tap'
import { loadConfig } from '#infrastructure/config/config.js'

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT'
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS'
const load = (env: Record<string, string>) => loadConfig(env, () => 'a secret of tests that is long enough to be one')
const PRODUCTION = { NODE_ENV: 'production', ADMIN_TOKEN: 'Zs7kQ2mX9vB4nR8tL1pW6yD3fH5jC0gA', JWT_SECRET: 'qT8wE2rY5uI9oP3aS7dF1gH6jK4lZ0xC', ORDERS: 'open', USE_DYNAMODB: 'true' }

t.test('without a collector no traces are sent, whatever else is set', async (t) => {
  t.equal(load({}).traces, null)
  t.equal(load({ [HEADERS]: 'a=b', OTEL_TRACES_SAMPLER: 'always_on' }).traces, null)
})

t.test('the collector, its headers and the share of traces are read, and the headers are secrets', async (t) => {
  t.same(load({ [ENDPOINT]: 'http://127.0.0.1:4318/' }).traces, { endpoint: 'http://127.0.0.1:4318', headers: {}, sampler: 'parentbased_traceidratio', ratio: 0.1 })
  const { traces, secrets } = load({ [ENDPOINT]: 'https://otel.example/base/', [HEADERS]: 'x-api-key=ka=narya, x-team = shop', OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: '0.5' })
  t.same(traces, { endpoint: 'https://otel.example/base', headers: { 'x-api-key': 'ka=narya', 'x-team': 'shop' }, sampler: 'always_on', ratio: 0.5 })
  for (const value of ['ka=narya', 'shop']) t.ok(secrets.includes(value), value)
})

t.test('what no traces could be sent with is refused', async (t) => {
  const refusals: Array<[variable: string, env: Record<string, string>]> = [
    ...['otel', 'grpc://otel:4317', 'http://otel/?a=1', 'http://otel/#a', 'http://user:word@otel/'].map((wrong): [string, Record<string, string>] => [ENDPOINT, { [ENDPOINT]: wrong }]),
    ...['x', '=y', 'x=', 'x y=z', 'x=y z'].map((wrong): [string, Record<string, string>] => [HEADERS, { [HEADERS]: wrong }]),
    ['OTEL_TRACES_SAMPLER', { OTEL_TRACES_SAMPLER: 'sometimes' }],
    ['OTEL_TRACES_SAMPLER_ARG', { OTEL_TRACES_SAMPLER_ARG: '10' }],
  ]
  for (const [variable, env] of refusals) t.throws(() => load(env), { name: 'ConfigError', message: new RegExp(`^${variable} [^\n]+$`) }, JSON.stringify(env))
})

t.test('in production headers go over TLS, or to this machine', async (t) => {
  const at = (endpoint: string, headers: Record<string, string> = { [HEADERS]: 'x-api-key=a' }) => () => load({ ...PRODUCTION, PAYMENT_PROVIDERS: 'simulator', ALLOW_SIMULATOR: 'true', SIMULATOR_WEBHOOK_SECRET: 'whsec_cVQ4d0UycllVNXVJOW9QM2FTN2RGMWdINmpLNGxaMHhD', UNSUBSCRIBE_SECRET: 'mN8bV4cX2zL6kJ1hG9fD5sA7pO3iU0yT', [ENDPOINT]: endpoint, ...headers })
  t.throws(at('http://otel.example:4318'), { message: /^OTEL_EXPORTER_OTLP_ENDPOINT must begin with https/ })
  for (const endpoint of ['https://otel.example', 'http://127.0.0.1:4318']) t.doesNotThrow(at(endpoint), endpoint)
  t.doesNotThrow(at('http://otel.example:4318', {}))
})
