/**
 * Looks at the live room with a real Chromium: `npm run browser`. A seller and a buyer are in it at once, and the buyer loses their connection. It
 * ends with `N passed, N failed`, and leaves screenshots in build/screenshots.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { service } from '../chaos/processes.js'
import { makeLine } from './line.js'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const SCREENSHOTS = join('build', 'screenshots')
const WITHIN_MS = 20_000

const failures: string[] = []
let passed = 0

/** Counts what holds. What throws does not hold. */
async function claim (what: string, holds: () => Promise<boolean>): Promise<void> {
  const problem = await holds().then((isRight) => isRight ? null : '', (error: unknown) => `: ${(error as Error).message.split('\n', 1)[0] ?? ''}`)
  if (problem === null) passed += 1
  else failures.push(`${what}${problem}`)
}

/** A page whose faults are heard: errors of its scripts, of its policy, and requests that leave its origin. */
async function open (browser: Browser, url: string, options: BrowserContextOptions): Promise<{ readonly page: Page, readonly faults: string[] }> {
  const page = await (await browser.newContext({ viewport: { width: 1100, height: 720 }, ...options })).newPage()
  page.setDefaultTimeout(WITHIN_MS)
  const faults: string[] = []
  page.on('pageerror', (error) => { faults.push(error.message) })
  page.on('console', (message) => { if (/Content Security Policy|Trusted/.test(message.text())) faults.push(message.text()) })
  page.on('request', (request) => { if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith('data:')) faults.push(request.url()) })
  await page.goto(url)
  return { page, faults }
}

const saw = async (page: Page, selector: string, hasText?: string): Promise<boolean> => {
  await page.locator(selector, hasText === undefined ? {} : { hasText }).first().waitFor()
  return true
}

async function write (page: Page, text: string): Promise<void> {
  await page.locator('#text').fill(text)
  await page.locator('#write button').click()
  await page.locator('#entries li', { hasText: text }).waitFor()
}

const shoot = async (page: Page, name: string): Promise<void> => { await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true }) }

async function lookAtEntrance (browser: Browser, url: string): Promise<void> {
  for (const [locale, colorScheme, title] of [['tr-TR', 'light', 'Canlı yayın odası'], ['en-US', 'dark', 'Live room']] as const) {
    const { page } = await open(browser, `${url}/demo`, { locale, colorScheme })
    await claim(`the entrance speaks the language of the browser: ${locale}`, async () => await saw(page, '#entrance h1', title))
    await shoot(page, `entrance-${locale}`)
    await page.context().close()
  }
}

async function lookAtRoom (browser: Browser, url: string): Promise<void> {
  const line = await makeLine(url)
  const [{ page: seller, faults: faultsOfSeller }, { page: buyer, faults: faultsOfBuyer }] = await Promise.all([
    open(browser, `${url}/demo/#mehmet`, { locale: 'tr-TR' }),
    open(browser, `${line.url}/demo/#ayse`, { locale: 'en-US', colorScheme: 'dark' }),
  ])
  await claim('the seller is in the live room', async () => await saw(seller, '#connection[data-state=open]', 'Canlı'))
  await claim('the buyer is in the live room', async () => await saw(buyer, '#connection[data-state=open]', 'Live'))
  await claim('what the seller writes, the buyer sees', async () => {
    await write(seller, 'Hoş geldiniz!')
    return await saw(buyer, '#entries li', 'Hoş geldiniz!')
  })
  await claim('what the buyer writes, the seller sees, and markup is text', async () => {
    await write(buyer, '<b>Is the blue one</b> still there?')
    return await saw(seller, '#entries li', '<b>Is the blue one</b> still there?')
  })
  await claim('a product that the seller pins comes first for the buyer', async () => {
    await seller.locator('[data-product-id=bag] button').click()
    return await saw(buyer, '#products li:first-child.pinned[data-product-id=bag]', 'Pinned')
  })
  await claim('the buyer pays in the room', async () => {
    await buyer.locator('[data-product-id=scarf] button').click()
    return await saw(buyer, '#outcome', 'Paid: ₺349.90')
  })
  await claim('the order appears in the chat of the seller, without a name', async () => await saw(seller, '#entries li.order', '1 × Mavi atkı satıldı'))
  await claim('both are counted as viewers', async () => await saw(seller, '#viewers', '2 izleyici') && await saw(buyer, '#viewers', '2 viewers'))
  await claim('the order appears in the chat of the buyer', async () => await saw(buyer, '#entries li.order', '1 × Mavi atkı sold'))
  await Promise.all([shoot(seller, 'room-tr'), shoot(buyer, 'room-en')])
  await loseConnection(line, seller, buyer)
  await claim('a guest reads and does not write', async () => {
    const { page } = await open(browser, `${url}/demo/#guest`, { locale: 'tr-TR', viewport: { width: 390, height: 844 } })
    await saw(page, '#connection[data-state=open]')
    await saw(page, '#entries li', 'Hoş geldiniz!')
    await shoot(page, 'guest-tr-phone')
    return await page.locator('#write').isHidden() && await page.locator('#products button').count() === 0
  })
  await claim('a page of 390 pixels does not scroll sideways', async () => {
    const { page } = await open(browser, `${url}/demo/#can`, { locale: 'en-US', viewport: { width: 390, height: 844 } })
    await saw(page, '#connection[data-state=open]')
    await shoot(page, 'room-en-phone')
    return await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth') === true
  })
  await claim('no script failed, no rule of the policy was broken, and no request left the service', async () => {
    const [fault] = [...faultsOfSeller, ...faultsOfBuyer]
    if (fault !== undefined) throw new Error(fault)
    return true
  })
  await claim('the policy refuses a script of others', async () => {
    const faults = faultsOfSeller.length
    await seller.evaluate("{ const script = document.createElement('script'); try { script.text = 'window.planted = 1' } catch {} document.head.append(script) }")
    return await seller.evaluate('window.planted === undefined') === true && faultsOfSeller.length > faults
  })
  await line.close()
}

/** The buyer loses their connection. What is written meanwhile comes afterwards, once and in order, and what they write then is kept. */
async function loseConnection (line: Awaited<ReturnType<typeof makeLine>>, seller: Page, buyer: Page): Promise<void> {
  line.cut()
  await claim('a lost connection shows', async () => await saw(buyer, '#connection[data-state=lost]', 'The connection is lost'))
  const meanwhile = ['Bir', 'İki', 'Üç'].map((number) => `${number} tane kaldı`)
  for (const text of meanwhile) await write(seller, text)
  await claim('what is written without a connection stays in the form', async () => {
    await buyer.locator('#text').fill('I take one')
    await buyer.locator('#write button').click()
    await saw(buyer, '#write-error', 'There is no connection')
    return await buyer.locator('#text').inputValue() === 'I take one'
  })
  await shoot(buyer, 'lost-en')
  line.mend()
  await claim('the connection comes back by itself', async () => await saw(buyer, '#connection[data-state=open]'))
  await claim('what was written meanwhile is there once and in order', async () => {
    await saw(buyer, '#entries li', meanwhile.at(-1))
    const texts = await buyer.locator('#entries li').allTextContents()
    return JSON.stringify(texts.filter((text) => text.endsWith('tane kaldı'))) === JSON.stringify(meanwhile.map((text) => `mehmet${text}`))
  })
  await claim('a second click sends what waited, once', async () => {
    await buyer.locator('#write button').click()
    await saw(seller, '#entries li', 'I take one')
    return await seller.locator('#entries li', { hasText: 'I take one' }).count() === 1
  })
}

mkdirSync(SCREENSHOTS, { recursive: true })
const shop = await service({ LOG_LEVEL: 'silent' })
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
try {
  await shop.start()
  await lookAtEntrance(browser, shop.url)
  await lookAtRoom(browser, shop.url)
} catch (error) {
  failures.push((error as Error).message)
} finally {
  await browser.close()
  await shop.kill()
}
for (const failure of failures) process.stdout.write(`not so: ${failure}\n`)
process.stdout.write(`${passed} passed, ${failures.length} failed\n`)
process.exitCode = failures.length === 0 ? 0 : 1
