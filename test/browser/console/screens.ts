import type { Browser, Page } from 'playwright-core'
import type { Claims } from '../claims.js'
import { shoot } from '../pages.js'
import { violationsOn } from './axe.js'
import { enter, goTo, LOCALES, SCHEMES, screensOf, settled } from './operator.js'
import type { Shopped } from './world.js'

/** A name for the file of a screen. */
const nameOf = (path: string): string => path.replace(/^\/console\/?/, '').replaceAll(/[/?=&:]/g, '-').replace(/-(?:pay|ship|room|str|usr|err|msg)_.*/, '-one') || 'overview'

/** The screens, and the first thing of each list. */
async function pathsOf (page: Page): Promise<readonly string[]> {
  const paths: string[] = []
  for (const path of await screensOf(page)) {
    paths.push(path)
    await goTo(page, path)
    const first = page.locator('#main a[data-main]').first()
    const href = await first.count() === 0 ? null : await first.getAttribute('href')
    if (href !== null && !paths.some((known) => nameOf(known) === nameOf(href))) paths.push(href)
  }
  return paths
}

/** Every screen in both languages and schemes: it can be used by everyone, keeps to its policy, and asks no one else. */
export async function lookAtScreens ({ claim }: Claims, browser: Browser, shop: Shopped): Promise<void> {
  for (const locale of LOCALES) {
    for (const colorScheme of SCHEMES) {
      const { page, faults } = await enter(browser, shop.url(), shop.tokenOf('operator', 'admin'), { locale, colorScheme })
      for (const path of await pathsOf(page)) {
        await goTo(page, path)
        const seen = `${nameOf(path)} in ${locale}, ${colorScheme}`
        await shoot(page, `console/${locale}-${colorScheme}/${nameOf(path)}`)
        await claim(`everyone can use ${seen}`, async () => none(await violationsOn(page)))
        await claim(`${seen} breaks no policy and asks no one else`, async () => none(faults.splice(0)))
        await claim(`${seen} does not scroll sideways`, async () => await fits(page))
        if (locale === 'tr-TR' && colorScheme === 'light') await lookOnPhone({ claim }, page, path, seen)
      }
      await page.context().close()
    }
  }
  await proveThatTheyBite({ claim }, browser, shop)
}

const fits = async (page: Page): Promise<boolean> => await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth') === true

async function lookOnPhone ({ claim }: Pick<Claims, 'claim'>, page: Page, path: string, seen: string): Promise<void> {
  const before = page.viewportSize()
  await page.setViewportSize({ width: 390, height: 844 })
  await settled(page)
  await shoot(page, `console/phone/${nameOf(path)}`)
  await claim(`${seen} does not scroll sideways on a phone`, async () => await fits(page))
  if (before !== null) await page.setViewportSize(before)
}

/** Whether there is nothing. @throws Error that names what there is */
export function none (found: readonly string[]): true {
  if (found.length > 0) throw new Error(found.join(' · '))
  return true
}

async function proveThatTheyBite ({ claim }: Pick<Claims, 'claim'>, browser: Browser, shop: Shopped): Promise<void> {
  const { page, faults } = await enter(browser, shop.url(), shop.tokenOf('operator', 'admin'))
  await page.evaluate("document.querySelector('#main').append(document.createElement('img'))")
  await claim('an image without a text is found', async () => (await violationsOn(page)).some((violation) => violation.startsWith('image-alt')))
  await page.evaluate("{ const script = document.createElement('script'); try { script.text = 'window.planted = 1' } catch {} document.head.append(script) }")
  await claim('a script of others is refused and heard', async () => await page.evaluate('window.planted === undefined') === true && faults.length > 0)
  faults.length = 0
  await page.evaluate("fetch('http://127.0.0.2:9/').catch(() => {})")
  await claim('a request elsewhere is refused and heard', async () => faults.length > 0)
  await page.context().close()
}
