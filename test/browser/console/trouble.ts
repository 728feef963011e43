import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { settle } from '#domain/payments/settlement.js'
import { seen, sightingOf } from '#domain/error-log/logged-error.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { clock } from '#adapters/system/system.js'
import { openJournal } from '#infrastructure/wiring/open-stores.js'
import { payment } from '../../contracts/fixtures.js'
import { deadAt, notification } from '../../contracts/notification-store.contract.js'
import type { Lasting } from '../../support/provider-server.js'
import type { Claims } from '../claims.js'
import { saw, shoot } from '../pages.js'
import { violationsOn } from './axe.js'
import { enter, goTo, settled } from './operator.js'
import { none } from './screens.js'
import { startShop, type Shopped } from './world.js'

const ERROR = `err_${'a'.repeat(52)}`
const PHONE = { viewport: { width: 390, height: 844 } }

/** The sample shop, where a version to come has left two writes, a payment was missing in the tables and is there now, two notifications were given up, and a job has failed. */
export async function startTroubledShop (ends: Lasting): Promise<Shopped> {
  const stores = memoryStores()
  const folder = mkdtempSync(join(tmpdir(), 'basvideo-'))
  ends.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const journal = await openJournal(folder)
  for (const futureId of ['fut_1', 'fut_2']) await journal.append({ kind: 'unknown', record: { kind: 'future', future: { futureId, userId: 'ayse' } } })
  const { payment: before } = payment('pay_odd', { createdAt: clock() })
  const { payment: after } = settle(before, { kind: 'succeeded', reference: 'ch_odd', amount: 100, currency: 'TRY' }, clock())
  await journal.append({ kind: 'outcome', before, after, event: null })
  const occurrence = { kind: 'job', name: 'TypeError', code: null, where: 'hourly sweep of the rooms', message: 'the list of viewers of room_7 is not iterable', stack: 'TypeError: the list of viewers of room_7 is not iterable\n    at sweep (build/src/application/rooms/sweep.js:41:17)', requestId: null, traceId: null } as const
  await stores.errors.update(ERROR, () => seen(null, sightingOf(occurrence, ERROR, clock(), '1.0.0')))
  const shop = await startShop(ends, { env: { USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }, replacements: { openedStores: stores, journal } })
  await stores.payments.insert(payment('pay_odd', { createdAt: clock() }))
  for (const kind of ['payment_succeeded', 'shipment_out_for_delivery'] as const) {
    const { stored } = await stores.notifications.insert(notification(`ntf_${kind}`, { kind, createdAt: clock() }))
    await stores.notifications.replace(deadAt(stored))
  }
  return shop
}

async function confirm (page: Page): Promise<boolean> {
  await page.locator('dialog button[type=submit]').click()
  await saw(page, '.toast')
  await page.locator('dialog[open]').waitFor({ state: 'hidden' })
  await settled(page)
  return true
}

/** What waits for a person is led to from the overview, and dealt with. */
export async function dealWithTrouble ({ claim }: Claims, browser: Browser, ends: Lasting): Promise<void> {
  const shop = await startTroubledShop(ends)
  const { page, faults } = await enter(browser, shop.url(), shop.tokenOf('operator', 'admin'))
  const rows = async (): Promise<number> => await page.locator('#main tbody tr').count()

  for (const [words, path] of [['Writes in quarantine', '/console/quarantine'], ['Messages to people that were not sent', '/console/notifications'], ['Shipments that need a look', '/console/shipments?flagged=true']] as const) {
    await claim(`"${words}" leads to ${path}`, async () => {
      await goTo(page, '/console/')
      await page.locator('.attention a', { hasText: words }).click()
      await page.waitForURL(`**${path}`)
      // The screen before stays until the part of the next one has come.
      await page.locator('#main tbody tr').first().waitFor()
      return true
    })
  }
  await claim('a payment in quarantine is shown beside the stored one, with what differs', async () => {
    await goTo(page, '/console/quarantine')
    await page.locator('tbody tr', { hasText: 'pay_odd' }).getByRole('button', { name: 'Give it up' }).click()
    await saw(page, 'dialog td:nth-child(2) mark', 'paid')
    await shoot(page, 'console/trouble/quarantine-versions')
    none(await violationsOn(page))
    await page.locator('dialog button', { hasText: 'Cancel' }).click()
    return true
  })
  await claim('a write in quarantine is given up', async () => {
    await goTo(page, '/console/quarantine')
    const before = await rows()
    await page.getByRole('button', { name: 'Give it up' }).first().click()
    await page.getByLabel('Note').fill('the shop has written to the buyer')
    await shoot(page, 'console/trouble/quarantine-resolve')
    await confirm(page)
    return await rows() === before - 1
  })
  await claim('a write in quarantine is carried out again', async () => {
    await page.locator('tbody input[type=checkbox]').first().check()
    await page.getByRole('button', { name: 'Carry it out again' }).click()
    await page.locator('#main .note [role=status]', { hasText: '1 of 1' }).waitFor()
    await settled(page)
    return await page.locator('#main .fault').count() === 0
  })
  await claim('a notification that was given up is sent again', async () => {
    await goTo(page, '/console/notifications')
    const before = await rows()
    await page.locator('tbody input[type=checkbox]').first().check()
    await page.getByRole('button', { name: 'Send it again' }).click()
    await saw(page, '.toast')
    await page.locator('#main tbody tr').nth(before - 1).waitFor({ state: 'detached' })
    return true
  })
  await claim('an error shows its stack, and is muted', async () => {
    await goTo(page, '/console/errors')
    await page.locator('#main a[data-main]', { hasText: 'TypeError' }).click()
    await saw(page, 'pre', 'sweep.js:41')
    await page.getByRole('button', { name: 'Mute it' }).click()
    await confirm(page)
    return await saw(page, '.screen-head .badge', 'muted')
  })
  await claim('it is decided with a reason what became of a shipment', async () => {
    await goTo(page, '/console/shipments?flagged=true')
    await page.locator('#main tbody tr').filter({ hasNot: page.locator('.badge', { hasText: /^refused$/ }) }).first().locator('a[data-main]').click()
    await settled(page)
    await page.getByRole('button', { name: 'Decide what became of it' }).click()
    await page.getByLabel('What became of it', { exact: true }).selectOption('lost')
    await page.getByLabel('Note').fill('the carrier has paid for it')
    await shoot(page, 'console/trouble/shipment-resolve')
    await confirm(page)
    return await saw(page, '.screen-head .badge', 'lost')
  })
  await claim('the audit log has it, and goes by who did it and by what it was done to', async () => {
    await goTo(page, '/console/audit')
    await saw(page, 'td code', 'resolveShipment')
    await page.locator('td a.id').first().click()
    await page.waitForURL('**/console/audit?actorId=operator')
    await settled(page)
    const ofOperator = await rows()
    await goTo(page, `/console/audit?targetId=${ERROR}`)
    return ofOperator > 1 && await rows() === 1
  })
  await claim('nothing broke the policy on the way', async () => none(faults))
  await page.context().close()
  await lookOnPhone({ claim }, browser, shop)
}

/** The same on a phone, also where nothing matches, and where there is no such thing. */
async function lookOnPhone ({ claim }: Pick<Claims, 'claim'>, browser: Browser, shop: Shopped): Promise<void> {
  const { page } = await enter(browser, shop.url(), shop.tokenOf('operator', 'admin'), { ...PHONE, locale: 'tr-TR' })
  await goTo(page, '/console/shipments')
  const shipment = String(await page.locator('#main a[data-main]').first().getAttribute('href'))
  const paths = ['quarantine', 'notifications', 'shipments', 'shipments?status=lost&from=2020-01-01&to=2020-01-02', 'shipments/ship_none', 'errors', `errors/${ERROR}`, 'performance', 'audit'].map((path) => `/console/${path}`)
  for (const [index, path] of [...paths, shipment].entries()) {
    await goTo(page, path)
    await shoot(page, `console/phone/${index}`)
    await claim(`${path} can be used on a phone`, async () => {
      none(await violationsOn(page))
      return await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth') === true
    })
  }
  await page.context().close()
}
