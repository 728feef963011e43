import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

/** Outside of the build, so that a person finds them afterwards. */
export const SCREENSHOTS = '.screenshots'
const WITHIN_MS = 20_000

export interface Opened {
  readonly page: Page
  /** Errors of its scripts, breaks of its policy, and requests that leave its origin. */
  readonly faults: string[]
}

/** A page whose faults are heard. */
export async function open (browser: Browser, url: string, options: BrowserContextOptions): Promise<Opened> {
  const page = await (await browser.newContext({ viewport: { width: 1100, height: 720 }, ...options })).newPage()
  page.setDefaultTimeout(WITHIN_MS)
  const faults: string[] = []
  page.on('pageerror', (error) => { faults.push(error.message) })
  page.on('console', (message) => { if (/Content Security Policy|Trusted/.test(message.text())) faults.push(message.text()) })
  page.on('request', (request) => { if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith('data:')) faults.push(request.url()) })
  await page.goto(url)
  return { page, faults }
}

/** Waits until it is there. */
export async function saw (page: Page, selector: string, hasText?: string): Promise<boolean> {
  await page.locator(selector, hasText === undefined ? {} : { hasText }).first().waitFor()
  return true
}

export async function shoot (page: Page, name: string): Promise<void> {
  const path = join(SCREENSHOTS, `${name}.png`)
  mkdirSync(dirname(path), { recursive: true })
  await page.screenshot({ path, fullPage: true })
}
