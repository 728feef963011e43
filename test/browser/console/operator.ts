import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { open, type Opened } from '../pages.js'

export const LANGUAGES = { 'en-US': { token: 'Token', act: 'Sign in' }, 'tr-TR': { token: 'Belirteç', act: 'Oturum aç' } } as const
export type Locale = keyof typeof LANGUAGES
export const LOCALES: readonly Locale[] = ['en-US', 'tr-TR']
export const SCHEMES = ['light', 'dark'] as const

/** The wide screen on which operators work. */
export const SCREEN = { viewport: { width: 1440, height: 900 } }

export async function openConsole (browser: Browser, url: string, options: BrowserContextOptions = {}, path = '/console/'): Promise<Opened> {
  return await open(browser, `${url}${path}`, { ...SCREEN, locale: 'en-US', ...options })
}

/** Signs in by a token, on the page or in the dialog that lies over it. */
export async function signIn (page: Page, token: string, locale: Locale = 'en-US'): Promise<void> {
  const { token: field, act } = LANGUAGES[locale]
  await page.getByLabel(field, { exact: true }).last().fill(token)
  await page.getByRole('button', { name: act, exact: true }).last().click()
}

/** Waits until a screen shows what it loads. */
export async function settled (page: Page): Promise<void> {
  await page.locator('#main h1').waitFor()
  await page.locator('#main .bones').first().waitFor({ state: 'hidden' })
  await page.locator('#main [aria-busy=true]').first().waitFor({ state: 'hidden' })
}

/** A page that a person with this token has entered. */
export async function enter (browser: Browser, url: string, token: string, options: BrowserContextOptions & { readonly locale?: Locale } = {}, path = '/console/'): Promise<Opened> {
  const opened = await openConsole(browser, url, options, path)
  await signIn(opened.page, token, options.locale)
  await settled(opened.page)
  return opened
}

/** Goes to a screen by its address, as a link of the page does. */
export async function goTo (page: Page, path: string): Promise<void> {
  await page.goto(new URL(path, page.url()).href)
  await settled(page)
}

/** The addresses of all screens in the navigation. */
export async function screensOf (page: Page): Promise<readonly string[]> {
  return await page.locator('nav a[href^="/console"]').evaluateAll((links) => links.map((link) => String((link as unknown as { getAttribute: (name: string) => string | null }).getAttribute('href'))))
}
