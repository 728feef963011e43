import type { Browser } from 'playwright-core'
import { TABLE_IDS, TABLES } from '#adapters/dynamodb/engine/tables.js'
import { startDynamoDb } from '../../support/dynamodb.js'
import type { Lasting } from '../../support/provider-server.js'
import type { Claims } from '../claims.js'
import { enter, goTo, screensOf } from './operator.js'
import { none } from './screens.js'
import { startShop } from './world.js'
import { refundOnce } from './work.js'

/** The same shop on DynamoDB: every screen, and a refund. */
export async function lookOnDynamoDb (claims: Claims, browser: Browser, ends: Lasting): Promise<void> {
  const { claim } = claims
  const dynamoDb = await startDynamoDb()
  ends.teardown(async () => { await dynamoDb.stop() })
  const tables = await dynamoDb.freshTables()
  const names = Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, tables[id]]))
  const shop = await startShop(ends, { env: { ...names, USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: dynamoDb.client.endpoint } })
  const { page, faults } = await enter(browser, shop.url(), shop.tokenOf('operator', 'admin'))
  for (const path of await screensOf(page)) {
    await claim(`${path} works on DynamoDB`, async () => {
      await goTo(page, path)
      return await page.locator('#main [role=alert]').count() === 0 && none(faults.splice(0))
    })
  }
  await page.context().close()
  await refundOnce(claims, browser, shop)
}
