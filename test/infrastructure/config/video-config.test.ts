import t from 'tap'
import { loadVideo } from '#adapters/video/provider.js'
import { loadConfig } from '#infrastructure/config/config.js'
import { WEBHOOK_SECRET } from '../../support/service.js'

const SECRET = 'a secret of tests that no one can guess'
const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: SECRET, SIMULATOR_WEBHOOK_SECRET: WEBHOOK_SECRET, ALLOW_SIMULATOR: 'true', ORDERS: 'open' }
const LIVEKIT = { VIDEO_PROVIDER: 'livekit', LIVEKIT_URL: 'wss://video.example', LIVEKIT_API_KEY: 'APIkey', LIVEKIT_API_SECRET: 'another secret that no one can guess 42' }

const configOf = (env: Record<string, string>) => loadConfig(env, (variable) => `generated-secret-of-development-${variable}`)

t.test('production has no video unless it names LiveKit, whose secret no log shows', async (t) => {
  t.equal(configOf(PRODUCTION).video, null)
  const { video, secrets } = configOf({ ...PRODUCTION, ...LIVEKIT })
  t.same(video, { provider: 'livekit', url: 'wss://video.example', apiKey: 'APIkey', apiSecret: LIVEKIT.LIVEKIT_API_SECRET })
  t.ok(secrets.includes(LIVEKIT.LIVEKIT_API_SECRET))
  t.match(configOf({ ...PRODUCTION, ...LIVEKIT, LIVEKIT_URL: 'ws://127.0.0.1:7880/' }).video, { url: 'ws://127.0.0.1:7880' }, 'on this machine')
})

t.test('development has a simulator with a generated secret, or that of a LiveKit of its own', async (t) => {
  const { video, secrets } = configOf({})
  t.same(video, { provider: 'simulator', url: 'ws://127.0.0.1:7880', apiKey: 'devkey', apiSecret: 'generated-secret-of-development-LIVEKIT_API_SECRET' })
  t.ok(secrets.includes('generated-secret-of-development-LIVEKIT_API_SECRET'))
  t.equal(configOf({ VIDEO_PROVIDER: 'none' }).video, null)
  t.match(configOf({ ...LIVEKIT, VIDEO_PROVIDER: 'simulator' }).video, { provider: 'simulator', url: 'wss://video.example', apiKey: 'APIkey', apiSecret: LIVEKIT.LIVEKIT_API_SECRET })
  t.match(configOf({ ...LIVEKIT, LIVEKIT_URL: 'ws://video.example' }).video, { url: 'ws://video.example' })
})

t.test('a provider without its variables, and the simulator in production, are refused in a line each', async (t) => {
  const refusals: ReadonlyArray<readonly [env: Record<string, string>, message: RegExp]> = [
    [{ VIDEO_PROVIDER: 'simulator' }, /^VIDEO_PROVIDER must be livekit or none in production/],
    [{ VIDEO_PROVIDER: 'zoom' }, /^VIDEO_PROVIDER must be equal/],
    [{ VIDEO_PROVIDER: 'livekit' }, /^LIVEKIT_URL must be set.*\nLIVEKIT_API_KEY must be set.*\nLIVEKIT_API_SECRET must be set where VIDEO_PROVIDER is livekit$/],
    [{ ...LIVEKIT, LIVEKIT_URL: 'video.example' }, /^LIVEKIT_URL must be an address/],
    [{ ...LIVEKIT, LIVEKIT_URL: 'https://video.example' }, /^LIVEKIT_URL must be an address/],
    [{ ...LIVEKIT, LIVEKIT_URL: 'wss://video.example/path' }, /^LIVEKIT_URL must be an address/],
    [{ ...LIVEKIT, LIVEKIT_URL: 'ws://video.example' }, /^LIVEKIT_URL must begin with wss/],
    [{ ...LIVEKIT, LIVEKIT_API_SECRET: 'aaaaaaaaaaaa' }, /^LIVEKIT_API_SECRET/],
  ]
  for (const [env, message] of refusals) t.throws(() => configOf({ ...PRODUCTION, ...env }), { message }, JSON.stringify(env))
})

t.test('the configured provider is loaded, and asks nothing before it is called', async (t) => {
  for (const env of [{}, LIVEKIT]) {
    const { video } = configOf(env)
    t.equal(video && (await loadVideo(video)).provider, video?.provider)
  }
})
