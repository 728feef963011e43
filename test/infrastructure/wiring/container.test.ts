import t from 'tap'
import { loadConfig } from '#infrastructure/config/config.js'
import { makeContainer } from '#infrastructure/wiring/container.js'
import type { Outside } from '#infrastructure/wiring/cradle.js'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.js'
import { ENV } from '../../support/service.js'

t.test('a deleted person is cleared once more a day after their payments and tokens are over', async (t) => {
  const passOf = (env: Record<string, string>): number => {
    const config = loadConfig({ ...ENV, ...env }, () => 'no secret of a test is generated at all')
    return makeContainer({ config } as Outside).cradle.secondPassMs
  }
  t.equal(passOf({}), DAY_MS + 168 * HOUR_MS)
  t.equal(passOf({ TOKEN_MAX_HOURS: '1', PAYMENT_ABANDON_MINUTES: '120' }), DAY_MS + 120 * MINUTE_MS)
  t.equal(passOf({ AUTH_MODE: 'local', PUBLIC_URL: 'https://shop.example' }), DAY_MS + 1440 * MINUTE_MS, 'tokens of our own are checked with each use')
})
