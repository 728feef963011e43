import t from 'tap'
import { lineOf } from '#infrastructure/checks/finding.js'
import { checkCarriers } from '#infrastructure/checks/providers.js'
import { loadConfig } from '#infrastructure/config/config.js'
import { API_KEY, startEasyPostServer } from '../../support/carriers/easypost-server.js'
import { startGeliverServer, TOKEN } from '../../support/carriers/geliver-server.js'

t.test('a carrier accepts our account, refuses it, or does not answer, each with its remedy, and one without an account has no line', async (t) => {
  const [easypost, geliver] = [await startEasyPostServer(t), await startGeliverServer(t)]
  const env = {
    SHIPPING_CARRIERS: 'manual, easypost, geliver, simulator',
    EASYPOST_API_KEY: API_KEY,
    EASYPOST_WEBHOOK_SECRETS: 'a-secret-of-the-webhooks',
    EASYPOST_BASE_URL: easypost.url,
    GELIVER_TOKEN: TOKEN,
    GELIVER_WEBHOOK_TOKEN: 'a_token-in_the-address_of-webhooks_0123',
    GELIVER_BASE_URL: geliver.url,
  }
  const look = async (overrides: Record<string, string> = {}) =>
    (await checkCarriers(loadConfig({ ...env, ...overrides }, () => 'a secret that is long enough for all'))).map((finding) => lineOf(finding, []))
  t.same(await look(), ['ok    shipping by easypost: it takes our key', 'ok    shipping by geliver: it takes our key'])
  easypost.willMisbehave('reset')
  const [first, second] = await look({ GELIVER_TOKEN: 'another-token-of-someone' })
  t.match(first, /^FAULT shipping by easypost: .*EasyPost.*\. Remedy: let this machine reach easypost, and correct the variables that begin with EASYPOST_/)
  t.match(second, /^FAULT shipping by geliver: it refuses our key \(401\)\. Remedy: correct the variables that begin with GELIVER_/)
})
