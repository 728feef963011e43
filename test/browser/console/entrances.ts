import type { Browser, Page } from 'playwright-core'
import type { Lasting } from '../../support/provider-server.js'
import { PASSWORD } from '../../support/accounts.js'
import { startProgram } from '../../support/process.js'
import { EMAIL, startGuarded } from '../../support/second-factor.js'
import { ADMIN_TOKEN, adminToken, key } from '../../support/service.js'
import type { Claims } from '../claims.js'
import { saw } from '../pages.js'
import { enter, goTo, openConsole, settled, signIn } from './operator.js'
import { none } from './screens.js'
import type { Shopped } from './world.js'

/** Whether a script of the page can read what lets its person in. */
export async function keepsNothing (page: Page): Promise<boolean> {
  const kept = await page.evaluate('JSON.stringify([document.cookie, Object.keys(localStorage), Object.keys(sessionStorage)])')
  return kept === JSON.stringify(['', [], []])
}

/** Where others sign the tokens, and for operators with the shared one. */
export async function enterByToken ({ claim }: Claims, browser: Browser, shop: Shopped): Promise<void> {
  const { page, faults } = await openConsole(browser, shop.url())
  await claim('a wrong token is refused, and says no more', async () => {
    await signIn(page, 'not-a-token')
    return await saw(page, '[role=alert]', 'That was not right')
  })
  await claim('a token with a role leads in, and the page says who they are', async () => {
    await signIn(page, shop.tokenOf('operator', 'admin'))
    await settled(page)
    return await saw(page, '.who', 'operator')
  })
  await claim('no script can read what lets them in', async () => await keepsNothing(page))
  await claim('a new page of the same browser is in', async () => {
    await page.reload()
    await settled(page)
    return true
  })
  await claim('who signs out is out', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await saw(page, 'h1', 'Sign in')
    await page.reload()
    return await saw(page, 'h1', 'Sign in')
  })
  await claim('the door breaks no policy and asks no one else', async () => none(faults))
  await page.context().close()

  await claim('a token without a role leads nowhere', async () => {
    const { page: other } = await openConsole(browser, shop.url())
    await signIn(other, shop.tokenOf('ayse'))
    await saw(other, '[role=alert]')
    const isOut = await other.locator('nav').count() === 0
    await other.context().close()
    return isOut
  })
  await claim('the shared token is named in the header', async () => {
    const { page: shared } = await enter(browser, shop.url(), ADMIN_TOKEN)
    await saw(shared, '.who', 'shared token')
    await shared.context().close()
    return true
  })
  await claim('who may read alone is shown nothing to do', async () => {
    const { page: viewer } = await enter(browser, shop.url(), shop.tokenOf('bakan', 'viewer'), {}, '/console/payments')
    await viewer.locator('#main a[data-main]').first().click()
    await settled(viewer)
    const refunds = await viewer.getByRole('button', { name: /^Refund/ }).count()
    await viewer.context().close()
    return refunds === 0
  })
}

/** In development, by the link that the first start prints. */
export async function enterByLink ({ claim }: Claims, browser: Browser, ends: Lasting): Promise<void> {
  const [link = ''] = (/http:\S+#link=\S+/.exec(await startProgram(ends, 'start', { PORT: '0' }).says('curl'))) ?? []
  const { page, faults } = await openConsole(browser, link, {}, '')
  await claim('the link of the first start leads in, and its code leaves the address', async () => {
    await settled(page)
    await saw(page, '.who', 'admin')
    return !page.url().includes('link') && none(faults)
  })
  await page.context().close()
  await claim('it leads in once', async () => {
    const { page: later } = await openConsole(browser, link, {}, '')
    await saw(later, 'h1', 'Sign in')
    await later.context().close()
    return true
  })
}

const press = async (page: Page, name: string): Promise<void> => { await page.getByRole('button', { name, exact: true }).last().click() }

/** With accounts of our own, and a second factor at the sign-in and before much money goes back. */
export async function enterByAccount ({ claim }: Claims, browser: Browser, ends: Lasting): Promise<void> {
  const service = await startGuarded(ends, { listen: true, env: { PUBLIC_URL: '', ORDERS: 'open', STEP_UP_AMOUNT: 'TRY:1000' } })
  const { call, join, signIn: begin, enrolled, code } = service
  await join('bora@example.com')
  const { headers } = await begin('bora@example.com')
  const order = { amount: 5_000, currency: 'TRY', orderId: 'order-1', paymentMethod: { token: 'tok_ok' } }
  const { body: { paymentId } } = await call('POST', '/api/payments/process', { ...headers, ...key('k-1') }, order)
  const ada = await enrolled()
  await call('PATCH', `/api/admin/users/${ada.userId}`, adminToken, { role: 'finance' })

  const { page, faults } = await openConsole(browser, service.url())
  await page.getByLabel('E-mail').fill(EMAIL)
  await claim('a wrong password is refused', async () => {
    await page.getByLabel('Password').fill('something else')
    await press(page, 'Sign in')
    return await saw(page, '[role=alert]')
  })
  await claim('the right password asks for the code', async () => {
    await page.getByLabel('Password').fill(PASSWORD)
    await press(page, 'Sign in')
    await page.getByLabel('Code', { exact: true }).waitFor()
    return true
  })
  await claim('the code leads in, with the role of the account', async () => {
    await page.getByLabel('Code', { exact: true }).fill(code(ada))
    await press(page, 'Sign in')
    await settled(page)
    return await saw(page, '.who', 'finance')
  })
  await claim('much money goes back only after the code once more, and then the refund goes on by itself', async () => {
    await goTo(page, `/console/payments/${paymentId}`)
    await press(page, 'Refund')
    await page.locator('dialog button[type=submit]').click()
    await saw(page, 'dialog h2', 'Confirm that it is you')
    await page.getByLabel('Code', { exact: true }).fill(code(ada))
    await press(page, 'Confirm')
    await saw(page, '.toast', 'accepted')
    const { body } = await call('GET', `/api/payments/${paymentId}`, adminToken)
    return body['refundedAmount'] === 5_000
  })
  await claim('the second factor breaks no policy', async () => none(faults))
  await page.context().close()
}
