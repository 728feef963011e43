import type { Browser, Page } from 'playwright-core'
import type { Lasting } from '../../support/provider-server.js'
import { PASSWORD, startAccounts } from '../../support/accounts.js'
import { startProgram } from '../../support/process.js'
import { ADMIN_TOKEN, adminToken } from '../../support/service.js'
import type { Claims } from '../claims.js'
import { saw } from '../pages.js'
import { enter, openConsole, settled, signIn } from './operator.js'
import { none } from './screens.js'
import type { Shopped } from './world.js'

/** Whether a script of the page can read what lets its person in. */
async function keepsNothing (page: Page): Promise<boolean> {
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

/** With accounts of our own. */
export async function enterByAccount ({ claim }: Claims, browser: Browser, ends: Lasting): Promise<void> {
  const service = await startAccounts(ends, { listen: true, env: { PUBLIC_URL: '' } })
  await service.join('ada@example.com')
  const { userId } = await service.signIn('ada@example.com')
  await service.call('PATCH', `/api/admin/users/${userId}`, adminToken, { role: 'support' })
  const { page } = await openConsole(browser, service.url())
  await page.getByLabel('E-mail').fill('ada@example.com')
  await claim('a wrong password is refused', async () => {
    await page.getByLabel('Password').fill('something else')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    return await saw(page, '[role=alert]')
  })
  await claim('e-mail and password lead in, with the role of the account', async () => {
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await settled(page)
    return await saw(page, '.who', 'support')
  })
  await page.context().close()
}
