/**
 * Looks at the pages of the service with a real Chromium: `npm run browser`. It ends with `N passed, N failed`, and leaves screenshots in
 * .screenshots.
 */
import { chromium } from 'playwright-core'
import { service } from '../chaos/processes.js'
import { makeClaims } from './claims.js'
import { lookAtEntrance, lookAtRoom } from './room.js'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

const claims = makeClaims()
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
const shop = await service({ LOG_LEVEL: 'silent' })
try {
  await shop.start()
  await lookAtEntrance(claims, browser, shop.url)
  await lookAtRoom(claims, browser, shop.url)
} catch (error) {
  await claims.claim('the walk ends', async () => { throw error as Error })
} finally {
  await browser.close()
  await shop.kill()
}
process.exitCode = claims.report() ? 0 : 1
