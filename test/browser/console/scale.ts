import { gzipSync } from 'node:zlib'
import type { Browser, Request } from 'playwright-core'
import { memoryStores } from '#adapters/memory/stores.js'
import { makePayments } from '../../../bench/scale/payments.js'
import { dispatcherOf } from '../../support/dispatching.js'
import type { Lasting } from '../../support/provider-server.js'
import { as, startService } from '../../support/service.js'
import type { Claims } from '../claims.js'
import { enter, settled } from './operator.js'

const PAYMENTS = 100_000
const PAGES = 20
const DISPATCH_EVERY = 10_000
const FIRST_SCREEN_BYTES = 60_000
/** On a machine that does much else at the same time. */
const SLOWEST_MS = 2000

/** The slowest request of the API, in milliseconds. */
function slowestOf (requests: readonly Request[]): { readonly path: string, readonly ms: number } {
  return requests.map((request) => ({ path: request.url().replace(/^https?:\/\/[^/]+/, ''), ms: request.timing().responseEnd }))
    .toSorted((one, other) => other.ms - one.ms)[0] ?? { path: 'none', ms: Infinity }
}

/** A store with 100,000 payments: pages and filters stay quick. And what the first screen loads. */
export async function lookAtMany ({ claim }: Claims, browser: Browser, ends: Lasting): Promise<void> {
  const store = memoryStores()
  const dispatcher = dispatcherOf(store)
  let waiting = 0
  for (const decision of makePayments(PAYMENTS)) {
    await store.payments.insert(decision)
    if (++waiting % DISPATCH_EVERY === 0) await dispatcher.run()
  }
  await dispatcher.run()
  const service = await startService(ends, { listen: true, env: { RECONCILE_PER_MINUTE: '0' }, replacements: { openedStores: store } })
  const { page } = await enter(browser, service.url(), String(as('operator', { role: 'admin' })['authorization']).replace('Bearer ', ''))

  await claim('the first screen loads at most 60 kB of JavaScript', async () => {
    const bodies: Array<Promise<number>> = []
    page.on('response', (response) => { if (/\.js$/.test(new URL(response.url()).pathname)) bodies.push(response.body().then((body) => gzipSync(body).length)) })
    await page.reload()
    await settled(page)
    const bytes = (await Promise.all(bodies)).reduce((sum, one) => sum + one, 0)
    page.removeAllListeners('response')
    process.stdout.write(`the first screen loads ${bytes} bytes of JavaScript gzipped\n`)
    return bytes > 0 && bytes <= FIRST_SCREEN_BYTES
  })

  const requests: Request[] = []
  page.on('requestfinished', (request) => { if (new URL(request.url()).pathname.startsWith('/api/admin/payments')) requests.push(request) })
  await page.getByRole('link', { name: 'Payments', exact: true }).click()
  await settled(page)
  await claim(`${PAGES} pages of ${PAYMENTS} payments follow one another`, async () => {
    const seen = new Set<string>()
    for (let number = 0; number < PAGES; number++) {
      const first = await page.locator('#main a[data-main]').first().getAttribute('href')
      seen.add(String(first))
      await page.keyboard.press('n')
      await page.locator(`#main tr[data-row]:first-child a[data-main]:not([href="${String(first)}"])`).waitFor()
    }
    return seen.size === PAGES
  })
  await claim('a filter answers', async () => {
    await page.getByLabel('Status', { exact: true }).selectOption('failed')
    await settled(page)
    return await page.locator('#main tr[data-row]').count() > 0
  })
  const slowest = slowestOf(requests)
  process.stdout.write(`of ${requests.length} requests over ${PAYMENTS} payments the slowest took ${Math.round(slowest.ms)} ms: ${slowest.path.slice(0, 80)}\n`)
  await claim('no request keeps an operator waiting', async () => slowest.ms < SLOWEST_MS)
  await page.context().close()
}
