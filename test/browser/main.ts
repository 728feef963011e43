/**
 * Looks at the pages of the service with a real Chromium: `npm run browser`. It ends with `N passed, N failed`, and leaves screenshots in
 * .screenshots. `npm run browser -- screens` takes the walks whose names hold that word alone.
 */
import { chromium } from 'playwright-core'
import { service } from '../chaos/processes.js'
import { makeClaims, type Claims } from './claims.js'
import { lookOnDynamoDb } from './console/dynamodb.js'
import { enterByAccount, enterByLink, enterByToken } from './console/entrances.js'
import { lookThroughOutage } from './console/outage.js'
import { lookAtMany } from './console/scale.js'
import { lookAtScreens } from './console/screens.js'
import { refundOnce, workByKeyboard } from './console/work.js'
import { dealWithTrouble, startTroubledShop } from './console/trouble.js'
import { makeEnds, startShop, type Ends, type Shopped } from './console/world.js'
import { lookAtEntrance, lookAtRoom } from './room.js'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const wanted = process.argv[2] ?? ''

const claims = makeClaims()
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })

async function lookAtLiveRoom ({ teardown }: Ends): Promise<void> {
  const shop = await service({ LOG_LEVEL: 'silent' })
  teardown(async () => { await shop.kill() })
  await shop.start()
  await lookAtEntrance(claims, browser, shop.url)
  await lookAtRoom(claims, browser, shop.url)
}

const inShop = (look: (claims: Claims, of: typeof browser, shop: Shopped) => Promise<void>) => async (ends: Ends): Promise<void> => { await look(claims, browser, await startShop(ends)) }

const WALKS: Readonly<Record<string, (ends: Ends) => Promise<void>>> = {
  room: lookAtLiveRoom,
  entrances: inShop(enterByToken),
  account: async (ends) => { await enterByAccount(claims, browser, ends) },
  link: async (ends) => { await enterByLink(claims, browser, ends) },
  keyboard: inShop(workByKeyboard),
  refund: inShop(refundOnce),
  outage: async (ends) => { await lookThroughOutage(claims, browser, ends) },
  dynamodb: async (ends) => { await lookOnDynamoDb(claims, browser, ends) },
  screens: async (ends) => { await lookAtScreens(claims, browser, await startTroubledShop(ends)) },
  trouble: async (ends) => { await dealWithTrouble(claims, browser, ends) },
  many: async (ends) => { await lookAtMany(claims, browser, ends) },
}

for (const [name, walk] of Object.entries(WALKS)) {
  if (!name.includes(wanted)) continue
  const ends = makeEnds()
  const begin = performance.now()
  await claims.claim(`the walk ${name} ends`, async () => {
    await walk(ends)
    return true
  })
  await ends.close()
  process.stdout.write(`${name}: ${Math.round((performance.now() - begin) / 1000)} s\n`)
}
await browser.close()
process.exitCode = claims.report() ? 0 : 1
