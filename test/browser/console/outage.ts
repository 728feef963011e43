import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { memoryStores } from '#adapters/memory/stores.js'
import { openJournal } from '#infrastructure/wiring/open-stores.js'
import { absentStore } from '../../support/absent-store.js'
import type { Lasting } from '../../support/provider-server.js'
import type { Claims } from '../claims.js'
import { saw, shoot } from '../pages.js'
import { enter } from './operator.js'
import { startShop } from './world.js'

const SHOWS_WITHIN_MS = 5000

/** The store goes away while an operator looks, and comes back. */
export async function lookThroughOutage ({ claim }: Claims, browser: Browser, ends: Lasting): Promise<void> {
  const store = absentStore(memoryStores())
  const folder = mkdtempSync(join(tmpdir(), 'basvideo-'))
  ends.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const journal = await openJournal(folder)
  const shop = await startShop(ends, { env: { USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }, replacements: { openedStores: store.stores, journal } })
  const { page } = await enter(browser, shop.url(), shop.tokenOf('operator', 'admin'))
  await claim('while all is well, the page says so', async () => await saw(page, '.strip[data-tone=good]'))
  await claim('an outage shows within five seconds', async () => {
    const begin = performance.now()
    store.presence = 'away'
    await saw(page, '.strip[data-tone=bad]')
    return performance.now() - begin <= SHOWS_WITHIN_MS
  })
  await shoot(page, 'console/outage')
  await claim('it goes away by itself', async () => {
    store.presence = 'up'
    return await saw(page, '.strip[data-tone=good]')
  })
  await page.context().close()
}
