import type { Browser, Page } from 'playwright-core'
import type { Claims } from './claims.js'
import { makeLine, type Line } from './line.js'
import { open, saw, shoot } from './pages.js'

async function write (page: Page, text: string): Promise<void> {
  await page.locator('#text').fill(text)
  await page.locator('#write button').click()
  await page.locator('#entries li', { hasText: text }).waitFor()
}

/** The page of the live room in two languages. */
export async function lookAtEntrance ({ claim }: Claims, browser: Browser, url: string): Promise<void> {
  for (const [locale, colorScheme, title] of [['tr-TR', 'light', 'Canlı yayın odası'], ['en-US', 'dark', 'Live room']] as const) {
    const { page } = await open(browser, `${url}/demo`, { locale, colorScheme })
    await claim(`the entrance speaks the language of the browser: ${locale}`, async () => await saw(page, '#entrance h1', title))
    await shoot(page, `entrance-${locale}`)
    await page.context().close()
  }
}

/** A seller and a buyer are in the live room at once, and the buyer loses their connection. */
export async function lookAtRoom (claims: Claims, browser: Browser, url: string): Promise<void> {
  const { claim } = claims
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
  await loseConnection(claims, line, seller, buyer)
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
async function loseConnection ({ claim }: Claims, line: Line, seller: Page, buyer: Page): Promise<void> {
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
