import type { Browser, Page } from 'playwright-core'
import { adminUser } from '../../support/service.js'
import type { Claims } from '../claims.js'
import { saw, shoot } from '../pages.js'
import { violationsOn } from './axe.js'
import { enter, openConsole, settled, signIn } from './operator.js'
import { none } from './screens.js'
import { SHOP, type Shopped } from './world.js'

const HOUR_MS = 3_600_000

/** Orders that are paid and nothing else, so that all of their money can be given back. */
const PAID = SHOP.payments.filter(({ token, refunds, parcel, isDisputedByLetter }) => token === 'tok_ok' && refunds.length === 0 && parcel === undefined && isDisputedByLetter === undefined).map(({ name }) => name)

/** The address of the payment of an order. */
async function paymentOf ({ call }: Shopped, order: string): Promise<string> {
  const { body: { items } } = await call('GET', `/api/search?type=orders&q=${order}`, adminUser)
  const found = items.find(({ orderId }) => orderId === order)
  return String(found?.paymentId)
}

async function refundsOf (shop: Shopped, paymentId: string): Promise<number> {
  const { body } = await shop.call('GET', `/api/payments/${paymentId}`, adminUser)
  return (body['refunds'] as readonly unknown[]).length
}

const focused = async (page: Page): Promise<string> => await page.evaluate<string>('document.activeElement.getAttribute("href") ?? document.activeElement.textContent')

/** Presses Tab until this has the focus. @throws Error after many */
async function tabTo (page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    if (name.test(await focused(page))) return
  }
  throw new Error(`Tab does not lead to ${String(name)}`)
}

/** From the door to a refund without a mouse. */
export async function workByKeyboard ({ claim }: Claims, browser: Browser, shop: Shopped): Promise<void> {
  const [order = ''] = PAID
  const paymentId = await paymentOf(shop, order)
  const { page, faults } = await openConsole(browser, shop.url())
  await claim('the keyboard leads in: the field of the door has the focus', async () => {
    await page.getByLabel('Token', { exact: true }).waitFor()
    await page.keyboard.type(shop.tokenOf('operator', 'admin'))
    await page.keyboard.press('Enter')
    await settled(page)
    return true
  })
  await claim('Tab leads to a screen, and Enter opens it', async () => {
    await tabTo(page, /^\/console\/payments$/)
    await page.keyboard.press('Enter')
    await saw(page, 'h1', 'Payments')
    await settled(page)
    return true
  })
  await claim('j and k move along the rows', async () => {
    await page.locator('#main a[data-main]').first().waitFor()
    await page.keyboard.press('j')
    const first = await focused(page)
    await page.keyboard.press('j')
    const second = await focused(page)
    await page.keyboard.press('k')
    return first !== second && await focused(page) === first
  })
  await claim('? shows the keys, and Escape closes them', async () => {
    await page.keyboard.press('?')
    await saw(page, 'dialog h2', 'Keyboard')
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'hidden' })
    return true
  })
  await claim('/ leads to the search box, and Enter on a row opens it', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type(order)
    await page.keyboard.press('Enter')
    await page.locator(`#main a[data-main][href$="${paymentId}"]`).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    return await saw(page, 'h1', order)
  })
  await claim('a refund is made without a mouse', async () => {
    await settled(page)
    await tabTo(page, /^Refund$/)
    await page.keyboard.press('Enter')
    await saw(page, 'dialog h2', 'Refund')
    await page.keyboard.press('Enter')
    await saw(page, '.toast', 'accepted')
    return await refundsOf(shop, paymentId) === 1
  })
  await claim('nothing broke the policy on the way', async () => none(faults))
  await page.context().close()
}

/** A dispute that a letter of the bank tells is recorded, and so is what became of it. */
export async function recordDisputes ({ claim }: Claims, browser: Browser, shop: Shopped): Promise<void> {
  const paymentId = await paymentOf(shop, String(PAID.at(-1)))
  const { page, faults } = await enter(browser, shop.url(), shop.tokenOf('operator', 'finance'), {}, `/console/payments/${paymentId}`)
  const disputes = async () => (await shop.call('GET', `/api/payments/${paymentId}`, adminUser)).body['disputes'] as ReadonlyArray<Readonly<Record<string, unknown>>>
  const dialog = page.locator('dialog')
  await claim('a dispute is recorded with its id and a note', async () => {
    await page.getByRole('button', { name: 'Record a dispute' }).click()
    const act = dialog.locator('button[type=submit]')
    const isHeld = await act.isDisabled()
    await dialog.getByLabel('Id of the dispute').fill('cb-2026-17')
    await dialog.getByLabel(/^Amount in/).fill('10.00')
    await dialog.getByLabel('Note').fill('letter of the bank')
    await shoot(page, 'console/people/dispute')
    none(await violationsOn(page))
    await act.click()
    await saw(page, '.screen-head .badge', 'disputed')
    const [recorded] = await disputes()
    return isHeld && recorded?.['disputeId'] === 'cb-2026-17' && recorded['amount'] === 1000 && recorded['status'] === 'open'
  })
  await claim('what became of a dispute is recorded under its id', async () => {
    await dialog.waitFor({ state: 'hidden' })
    await settled(page)
    await page.getByRole('button', { name: 'Record what became of it' }).click()
    const kept = await dialog.getByLabel(/^Amount in/).inputValue()
    await dialog.getByLabel('Status').selectOption('won')
    await dialog.getByLabel('Note').fill('the bank has agreed')
    await dialog.locator('button[type=submit]').click()
    await saw(page, '#main li .badge', 'won')
    const all = await disputes()
    return kept === '10.00' && all.length === 1 && all[0]?.['status'] === 'won'
  })
  await claim('disputes break no policy and ask no one else', async () => none(faults))
  await page.context().close()
}

/** A double click is one refund, and a session that ends in the middle takes nothing with it. */
export async function refundOnce ({ claim }: Claims, browser: Browser, shop: Shopped): Promise<void> {
  const [, second = '', third = ''] = PAID
  const [clicked, interrupted] = [await paymentOf(shop, second), await paymentOf(shop, third)]
  const { page } = await enter(browser, shop.url(), shop.tokenOf('operator', 'admin'), {}, `/console/payments/${clicked}`)
  await claim('a double click is one refund', async () => {
    const sent: string[] = []
    page.on('request', (request) => { if (request.method() === 'POST') sent.push(request.url()) })
    await page.getByRole('button', { name: 'Refund', exact: true }).click()
    await page.getByLabel(/^Amount in/).fill('10.00')
    await page.locator('dialog button[type=submit]').dblclick()
    await saw(page, '.toast', 'accepted')
    await settled(page)
    return sent.length >= 1 && await refundsOf(shop, clicked) === 1
  })
  await claim('a session that ends while one types keeps what was typed, and goes on after signing in again', async () => {
    await page.goto(`${shop.url()}/console/payments/${interrupted}`)
    await settled(page)
    await page.getByRole('button', { name: 'Refund', exact: true }).click()
    await page.getByLabel(/^Amount in/).fill('12.50')
    await page.getByLabel('Reason').fill('one arrived broken')
    shop.advance(HOUR_MS)
    await page.locator('dialog button[type=submit]').click()
    await saw(page, 'dialog h2', 'Sign in again')
    const kept = [await page.getByLabel(/^Amount in/).inputValue(), await page.getByLabel('Reason').inputValue()]
    await signIn(page, shop.tokenOf('operator', 'admin'))
    await saw(page, '.toast', 'accepted')
    return JSON.stringify(kept) === JSON.stringify(['12.50', 'one arrived broken']) && await refundsOf(shop, interrupted) === 1
  })
  await page.context().close()
}
