/**
 * Looks at the pages of the service with a real Chromium: `npm run browser`. It ends with `N passed, N failed`, and leaves screenshots in
 * .screenshots. `npm run browser -- screens` takes the walks whose names hold that word alone.
 */
import { chromium } from 'playwright-core'
import { service } from '../chaos/processes.js'
import { makeClaims, type Claims } from './claims.js'
import { lookOnDynamoDb } from './console/dynamodb.js'
import { enterByAccount, enterByLink, enterByToken } from './console/entrances.js'
import { creditMinutes, exportFiles, moderateRooms } from './console/files.js'
import { enterByIssuer } from './console/issuer.js'
import { lookThroughOutage } from './console/outage.js'
import { workOnPeople } from './console/people.js'
import { shootForDocuments } from './console/pictures.js'
import { lookAtMany } from './console/scale.js'
import { lookAtScreens } from './console/screens.js'
import { recordDisputes, refundOnce, workByKeyboard } from './console/work.js'
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

/** One shop for all walks that change nothing which another one looks at. */
const shopEnds = makeEnds()
let shop: Promise<Shopped> | null = null
const inShop = (look: (claims: Claims, of: typeof browser, shop: Shopped) => Promise<void>) => async (): Promise<void> => {
  shop ??= startShop(shopEnds)
  await look(claims, browser, await shop)
}

/** The last walk in the shop moves its clock ahead. */
const WALKS: Readonly<Record<string, (ends: Ends) => Promise<void>>> = {
  room: lookAtLiveRoom,
  link: async (ends) => { await enterByLink(claims, browser, ends) },
  account: async (ends) => { await enterByAccount(claims, browser, ends) },
  'entrances-issuer': async (ends) => { await enterByIssuer(claims, browser, ends) },
  people: async (ends) => { await workOnPeople(claims, browser, ends) },
  outage: async (ends) => { await lookThroughOutage(claims, browser, ends) },
  dynamodb: async (ends) => { await lookOnDynamoDb(claims, browser, ends) },
  screens: async (ends) => { await lookAtScreens(claims, browser, await startTroubledShop(ends)) },
  trouble: async (ends) => { await dealWithTrouble(claims, browser, ends) },
  many: async (ends) => { await lookAtMany(claims, browser, ends) },
  entrances: inShop(enterByToken),
  pictures: inShop(shootForDocuments),
  exports: inShop(exportFiles),
  credit: inShop(creditMinutes),
  moderation: inShop(moderateRooms),
  keyboard: inShop(workByKeyboard),
  dispute: inShop(recordDisputes),
  refund: inShop(refundOnce),
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
await shopEnds.close()
await browser.close()
process.exitCode = claims.report() ? 0 : 1
