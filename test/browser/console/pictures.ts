import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import type { Claims } from '../claims.js'
import { SCREENSHOTS } from '../pages.js'
import { enter, settled } from './operator.js'
import { SHOP, type Shopped } from './world.js'

/** The pictures that documents show, as large as a screen. */
export async function shootForDocuments (_claims: Claims, browser: Browser, shop: Shopped): Promise<void> {
  const [shown] = SHOP.payments.filter(({ parcel }) => parcel?.wantsBack?.answer === 'accepted')
  const paths = { overview: '/console/', payment: `/console/payments?q=${String(shown?.name)}` }
  for (const [name, path] of Object.entries(paths)) {
    const { page } = await enter(browser, shop.url(), shop.tokenOf('operator', 'admin'), { colorScheme: name === 'overview' ? 'light' : 'dark', viewport: { width: 1280, height: 800 } }, path)
    if (name === 'payment') {
      await page.locator('#main a[data-main]').first().click()
      await settled(page)
    }
    await page.screenshot({ path: join(SCREENSHOTS, `console-${name}.png`) })
    await page.context().close()
  }
}
