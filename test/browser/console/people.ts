import type { Browser, Page } from 'playwright-core'
import { PASSWORD } from '../../support/accounts.js'
import type { Lasting } from '../../support/provider-server.js'
import { startGuarded, wrong } from '../../support/second-factor.js'
import { adminToken } from '../../support/service.js'
import type { Claims } from '../claims.js'
import { saw, shoot } from '../pages.js'
import { violationsOn } from './axe.js'
import { goTo, LOCALES, openConsole, SCHEMES, SCREEN, settled } from './operator.js'
import { none } from './screens.js'

const ADMIN = 'ada@example.com'
const OTHER = 'bengisu.karaosmanoglu@example.com'
const PHONE = { width: 390, height: 844 }

const press = async (page: Page, name: string): Promise<void> => { await page.getByRole('button', { name, exact: true }).last().click() }
const shown = async (page: Page, label: string): Promise<string> => String(await page.getByLabel(label, { exact: true }).textContent())

/** With accounts of our own: a person switches their second factor on, gives a role and makes a key by it, and switches it off. */
export async function workOnPeople ({ claim }: Claims, browser: Browser, ends: Lasting): Promise<void> {
  const service = await startGuarded(ends, { listen: true, env: { PUBLIC_URL: '' } })
  await service.join(ADMIN)
  await service.setRole(await service.signIn(ADMIN), 'admin')
  const { userId: other } = await service.enrolled(OTHER)
  const { page, faults } = await openConsole(browser, service.url(), { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.getByLabel('E-mail').fill(ADMIN)
  await page.getByLabel('Password').fill(PASSWORD)
  await press(page, 'Sign in')
  await settled(page)
  let secret = ''

  await claim('a password and a code of the app switch the second factor on', async () => {
    await page.getByRole('link', { name: 'Your second factor' }).click()
    await settled(page)
    await press(page, 'Switch it on')
    await page.getByLabel('Password').fill('not the password')
    await press(page, 'Switch it on')
    await saw(page, 'dialog [role=alert]', 'The password is not right')
    await page.getByLabel('Password').fill(PASSWORD)
    await press(page, 'Switch it on')
    await saw(page, '.secret')
    secret = await shown(page, 'Secret')
    const address = await shown(page, 'Address for the app')
    const code = service.code({ secret })
    await page.getByLabel('Code of the app').fill(wrong(code))
    await press(page, 'Confirm')
    await saw(page, '[role=alert]', 'The code is not right')
    await shoot(page, 'console/people/second-factor-refused')
    await page.getByLabel('Code of the app').fill(code)
    await press(page, 'Confirm')
    await saw(page, '.card', 'Each takes the place')
    return address.startsWith('otpauth://') && address.includes(secret)
  })
  await claim('the recovery codes are shown once', async () => {
    const codes = (await shown(page, 'Recovery codes')).split('\n')
    await shoot(page, 'console/people/recovery-codes')
    const found = await violationsOn(page)
    await press(page, 'I have kept them')
    await saw(page, 'h2', 'The second factor is on')
    return codes.length === 10 && await page.locator('.secret').count() === 0 && none(found)
  })
  await claim('a role takes a code, and holds', async () => {
    await page.getByRole('link', { name: 'Users', exact: true }).click()
    await settled(page)
    await page.locator('tr', { hasText: OTHER }).getByRole('button', { name: 'Change the role' }).click()
    await page.getByLabel('Role', { exact: true }).selectOption('finance')
    await press(page, 'Set the role')
    await page.getByLabel('Code', { exact: true }).fill(service.code({ secret }))
    await press(page, 'Confirm')
    await saw(page, 'tr', 'finance')
    const { body: { items } } = await service.call('GET', '/api/admin/users', adminToken)
    return items.find(({ userId }) => userId === other)?.['role'] === 'finance'
  })
  await claim('who is suspended is shown as such, and loses no second factor by it', async () => {
    await page.locator('tr', { hasText: OTHER }).getByRole('button', { name: 'Suspend' }).click()
    await press(page, 'Suspend')
    await saw(page, 'tr', 'suspended')
    return await saw(page, 'tr button', 'Take it away')
  })
  await claim('a lost second factor is taken away', async () => {
    await page.locator('tr', { hasText: OTHER }).getByRole('button', { name: 'Take it away' }).click()
    await press(page, 'Take it away')
    await page.locator('dialog').waitFor({ state: 'hidden' })
    await settled(page)
    return await page.locator('tr', { hasText: OTHER }).getByRole('button', { name: 'Take it away' }).count() === 0
  })
  await claim('an account is deleted, once its address is typed', async () => {
    await page.locator('tr', { hasText: OTHER }).getByRole('button', { name: 'Delete' }).click()
    const act = page.locator('dialog button[type=submit]')
    const isHeld = await act.isDisabled()
    await page.locator('dialog').getByLabel('E-mail').fill(OTHER)
    await shoot(page, 'console/people/erase')
    const found = await violationsOn(page)
    await act.click()
    await saw(page, '.toast', 'The account was deleted')
    await page.locator('tr', { hasText: OTHER }).waitFor({ state: 'detached' })
    const { body: { items } } = await service.call('GET', '/api/admin/users', adminToken)
    return isHeld && items.find(({ userId }) => userId === other)?.['status'] === 'deleted' && await saw(page, 'tr', other) && none(found)
  })
  await claim('a key is shown once, and its button copies it', async () => {
    await page.getByRole('link', { name: 'API keys' }).click()
    await settled(page)
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByLabel('Name', { exact: true }).fill('the warehouse')
    await page.getByLabel('exports').check()
    await page.getByLabel('Networks').fill('192.0.2.0/24, 2001:db8::/32')
    await shoot(page, 'console/people/make-key')
    await press(page, 'Make a key')
    await saw(page, 'dialog .secret')
    const key = await shown(page, 'Key')
    await page.locator('dialog .secret').getByRole('button', { name: 'Copy' }).click()
    await saw(page, '.toast', 'Copied')
    await shoot(page, 'console/people/key')
    const found = await violationsOn(page)
    const copied = await page.evaluate<string>('navigator.clipboard.readText()')
    await page.locator('dialog .row').getByRole('button', { name: 'Close' }).click()
    await saw(page, 'tr', 'the warehouse')
    return key.startsWith('key_') && copied === key && !(await page.content()).includes(key) && none(found)
  })
  await claim('a key is revoked', async () => {
    await page.getByRole('button', { name: 'Revoke' }).click()
    await press(page, 'Revoke')
    return await saw(page, '.empty h2', 'There is no API key')
  })
  await lookAtAccounts({ claim }, page)
  await claim('the second factor is switched off by the password and a code', async () => {
    await goTo(page, '/console/second-factor')
    await press(page, 'Switch it off')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByLabel('Code', { exact: true }).fill(service.code({ secret }))
    await press(page, 'Switch it off')
    return await saw(page, 'h2', 'The second factor is off')
  })
  await claim('work on people breaks no policy and asks no one else', async () => none(faults))
  await page.context().close()
}

/** The screens that only a service with accounts has, in both languages and schemes. They are asked for by the buttons of the page. */
async function lookAtAccounts ({ claim }: Pick<Claims, 'claim'>, page: Page): Promise<void> {
  for (const path of ['/console/users', '/console/second-factor']) {
    await goTo(page, path)
    for (const locale of LOCALES) {
      await page.locator(`.top [lang=${locale.slice(0, 2)}]`).click()
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        const name = path.replace('/console/', '')
        await shoot(page, `console/${locale}-${colorScheme}/${name}`)
        await claim(`everyone can use ${name} in ${locale}, ${colorScheme}`, async () => none(await violationsOn(page)))
      }
    }
    await page.setViewportSize(PHONE)
    await shoot(page, `console/people/phone-${path.replace('/console/', '')}`)
    await claim(`${path} does not scroll sideways on a phone`, async () => await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth') === true)
    await page.setViewportSize(SCREEN.viewport)
    await page.locator('.top [lang=en]').click()
  }
}
