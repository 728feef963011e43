import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { adminUser } from '../../support/service.js'
import type { Claims } from '../claims.js'
import { saw, shoot } from '../pages.js'
import { violationsOn } from './axe.js'
import { enter, goTo, settled } from './operator.js'
import { none } from './screens.js'
import { SHOP, type Shopped } from './world.js'

/** A file is read to its end and saved, and one that is canceled is not. */
export async function exportFiles ({ claim }: Claims, browser: Browser, shop: Shopped): Promise<void> {
  const { page, faults } = await enter(browser, shop.url(), shop.tokenOf('operator', 'admin'), {}, '/console/exports')
  await claim('an export is saved by the browser, with as many rows as the page says', async () => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export', exact: true }).click()])
    const lines = readFileSync(await file.path(), 'utf8').trimEnd().split('\n').length - 1
    await saw(page, '[role=status]', `${lines} rows were saved as ${file.suggestedFilename()}`)
    await shoot(page, 'console/people/export-done')
    return lines === SHOP.payments.length && file.suggestedFilename().endsWith('.csv')
  })
  await claim('an export can be canceled while it is read, and saves nothing', async () => {
    let saved = 0
    page.on('download', () => { saved += 1 })
    const held: Array<() => Promise<void>> = []
    await page.route('**/api/admin/export*', (route) => { held.push(async () => { await route.continue() }) })
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await saw(page, '[role=status]', 'rows so far')
    await shoot(page, 'console/people/export-runs')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await saw(page, '[role=status]', 'was canceled')
    await page.unroute('**/api/admin/export*')
    return held.length === 1 && saved === 0
  })
  await claim('the chat of a room that is not there is refused in words', async () => {
    await page.getByLabel('What').selectOption('room')
    await page.getByLabel('Id of the room').fill('room_00000000-0000-7000-8000-000000000000')
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await saw(page, '[role=alert]', 'There is no such thing')
    await shoot(page, 'console/people/export-refused')
    return true
  })
  await page.setViewportSize({ width: 390, height: 844 })
  for (const path of ['/console/exports', '/console/rooms', '/console/streamers', '/console/api-keys']) {
    await claim(`${path} does not scroll sideways on a phone`, async () => {
      await goTo(page, path)
      await shoot(page, `console/people/phone-${path.replace('/console/', '')}`)
      return await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth') === true
    })
  }
  await claim('exports break no policy and ask no one else', async () => none(faults))
  await page.context().close()
}

/** Minutes are credited to a streamer who is new, and once more by their ledger; a double click is one credit. */
export async function creditMinutes ({ claim }: Claims, browser: Browser, shop: Shopped): Promise<void> {
  const { page, faults } = await enter(browser, shop.url(), shop.tokenOf('operator', 'finance'), {}, '/console/streamers')
  const entries = async (): Promise<number> => {
    const { body: { items } } = await shop.call('GET', '/api/admin/streamers', adminUser)
    const { body } = await shop.call('GET', `/api/streamers/${String(items.find(({ email }) => email === 'new@shop.example')?.streamerId)}/ledger`, adminUser)
    return body.items.length
  }
  await claim('minutes are credited to a new streamer, by a double click once', async () => {
    await page.getByRole('button', { name: 'Credit minutes' }).click()
    const dialog = page.locator('dialog')
    await dialog.getByLabel('E-mail').fill('new@shop.example')
    await dialog.getByLabel('Minutes').fill('90')
    await dialog.getByLabel('Paid').fill('120.50')
    await shoot(page, 'console/people/credit')
    none(await violationsOn(page))
    await dialog.locator('button[type=submit]').dblclick()
    await saw(page, '.toast', '90 minutes were credited')
    await saw(page, 'tr', 'new@shop.example')
    return await entries() === 1
  })
  await claim('the ledger of a streamer credits free minutes too, and shows them', async () => {
    await page.locator('#main a[data-main]', { hasText: 'new@shop.example' }).click()
    await settled(page)
    await page.getByRole('button', { name: 'Credit minutes' }).click()
    await page.locator('dialog').getByLabel('Minutes').fill('10')
    await page.locator('dialog').getByLabel('Note').fill('the lines were down')
    await page.locator('dialog button[type=submit]').click()
    await saw(page, 'td', 'the lines were down')
    await saw(page, '.figure strong', '100')
    return await entries() === 2
  })
  await claim('credits break no policy and ask no one else', async () => none(faults))
  await page.context().close()
}

const UNWANTED = String(SHOP.conversations.find(({ unwanted }) => unwanted !== null)?.unwanted)

/** Reported messages are decided about, and a room ended. */
export async function moderateRooms ({ claim }: Claims, browser: Browser, shop: Shopped): Promise<void> {
  const { page, faults } = await enter(browser, shop.url(), shop.tokenOf('operator', 'support'), {}, '/console/rooms?status=live')
  await claim('rooms that are live show who watches, and their orders', async () => {
    await shoot(page, 'console/people/rooms-live')
    const cells = await page.locator('#main tr[data-row] td.end').allTextContents()
    return cells.length > 0 && cells.every((cell) => /^\d+$/.test(cell))
  })
  const { body: { items } } = await shop.call('GET', '/api/admin/rooms', adminUser)
  const reported = async () => {
    for (const { roomId } of items) {
      await goTo(page, `/console/rooms/${String(roomId)}`)
      if (await page.getByRole('button', { name: 'Mute', exact: true }).count() > 0) return String(roomId)
    }
    throw new Error('no room of the sample has a report')
  }
  await claim('the sender of a reported message is muted, and the mute is lifted', async () => {
    const roomId = await reported()
    await shoot(page, 'console/people/room-reported')
    await page.getByRole('button', { name: 'Mute', exact: true }).first().click()
    await page.locator('dialog').getByRole('button', { name: 'Mute', exact: true }).click()
    await saw(page, '.badge', 'muted')
    await shoot(page, 'console/people/room-muted')
    const muted = async () => (await shop.call('GET', `/api/rooms/${roomId}/members?kind=mute`, adminUser)).body.items.length
    const before = await muted()
    await page.getByRole('button', { name: 'Lift' }).click()
    await saw(page, '.empty h2', 'No one is muted or banned')
    return before === 1 && await muted() === 0
  })
  await claim('a reported private message is shown where it is opened, and decided about', async () => {
    await goTo(page, '/console/message-reports')
    const isWithoutText = !(await page.locator('#main').innerText()).includes(UNWANTED)
    await page.locator('#main a[data-main]').first().click()
    await saw(page, '.said', UNWANTED)
    await shoot(page, 'console/people/message-reported')
    await page.getByRole('button', { name: 'Uphold the report' }).click()
    await page.locator('dialog').getByLabel('Note').fill('asks for money outside of the shop')
    await page.locator('dialog').getByRole('button', { name: 'Uphold the report' }).click()
    await saw(page, '.screen-head .badge', 'upheld')
    const { body: { items: [decision, look] } } = await shop.call('GET', '/api/admin/audit?actorId=operator', adminUser)
    return isWithoutText && decision?.['action'] === 'resolveMessageReport' && look?.['action'] === 'getMessageReport'
  })
  await claim('a live room is ended', async () => {
    await goTo(page, '/console/rooms?status=live')
    await page.locator('#main a[data-main]').first().click()
    await settled(page)
    await page.getByRole('button', { name: 'End the room' }).click()
    await page.locator('dialog').getByRole('button', { name: 'End the room' }).click()
    return await saw(page, '.screen-head .badge', 'ended')
  })
  await claim('moderation breaks no policy and asks no one else', async () => none(faults))
  await page.context().close()
}
