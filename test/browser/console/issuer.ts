import type { Browser, Page } from 'playwright-core'
import { keyPair, signedToken, startIssuer } from '../../support/issuer.js'
import type { Lasting } from '../../support/provider-server.js'
import { startService } from '../../support/service.js'
import type { Claims } from '../claims.js'
import { saw } from '../pages.js'
import { keepsNothing } from './entrances.js'
import { goTo, openConsole, settled, signIn } from './operator.js'
import { none } from './screens.js'
import { movedClock } from './world.js'

const ISSUER = 'https://id.example'
const AUDIENCE = 'shop'
const MINUTE_MS = 60_000

/** A service whose people another issuer knows, by keys that are made now. */
async function startWithIssuer (ends: Lasting) {
  const [own, other] = await Promise.all([keyPair('ES256', 'key-1'), keyPair('ES256', 'key-1')])
  const issuer = await startIssuer(ends)
  issuer.publish([own.jwk])
  const { clock, advance } = movedClock()
  const env = { AUTH_MODE: 'jwks', JWKS_URL: issuer.url, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE, TOKEN_ROLES: 'finance' }
  const { url } = await startService(ends, { listen: true, env, replacements: { clock } })
  const tokenOf = async (claims: { readonly role?: string }, lasts: string, { alg, kid, privateKey } = own): Promise<string> =>
    await signedToken(alg, kid, privateKey, { sub: 'deniz', iss: ISSUER, aud: AUDIENCE, ...claims }, lasts)
  return { url, advance, tokenOf, other }
}

/** The requests of a page, and those of them that carry this text. */
function hearRequests (page: Page, secret: string) {
  const heard = { all: 0, withSecret: [] as string[] }
  page.on('request', (request) => {
    heard.all += 1
    const { pathname, search } = new URL(request.url())
    const sent = [search, request.postData() ?? '', JSON.stringify(request.headers())].join(' ')
    if (sent.includes(secret)) heard.withSecret.push(`${request.method()} ${pathname}`)
  })
  return heard
}

/** Where others sign the tokens, and publish their keys (`AUTH_MODE=jwks`). */
export async function enterByIssuer ({ claim }: Claims, browser: Browser, ends: Lasting): Promise<void> {
  const { url, advance, tokenOf, other } = await startWithIssuer(ends)
  const { page, faults } = await openConsole(browser, url())
  await claim('a token without a role leads nowhere, and the page says why', async () => {
    await signIn(page, await tokenOf({}, '10m'))
    await saw(page, '[role=alert]', 'You may not do this')
    return await page.locator('nav').count() === 0
  })
  await claim('a role that TOKEN_ROLES does not name leads nowhere', async () => {
    await page.reload()
    await signIn(page, await tokenOf({ role: 'support' }, '10m'))
    await saw(page, '[role=alert]', 'You may not do this')
    return await page.locator('nav').count() === 0
  })
  await claim('a token that the key of another issuer has signed is refused', async () => {
    await page.reload()
    await signIn(page, await tokenOf({ role: 'finance' }, '10m', other))
    await saw(page, '[role=alert]', 'That was not right')
    return await page.locator('nav').count() === 0
  })

  const token = await tokenOf({ role: 'finance' }, '10m')
  const heard = hearRequests(page, token)
  await claim('a token of the issuer with a role leads in, and the page says who they are', async () => {
    await page.reload()
    await signIn(page, token)
    await settled(page)
    return await saw(page, '.who', 'deniz') && await saw(page, '.who', 'finance')
  })
  await claim('the token is sent once, in exchange for the session', async () => {
    const before = heard.all
    await goTo(page, '/console/payments')
    return heard.all > before && JSON.stringify(heard.withSecret) === '["POST /api/console/session"]'
  })
  await claim('no script can read what lets them in by a token of the issuer', async () => await keepsNothing(page))

  await claim('the session ends with the token, over the page', async () => {
    advance(11 * MINUTE_MS)
    await page.locator('nav').getByRole('link', { name: 'Overview' }).click()
    return await saw(page, 'dialog h2', 'Sign in again')
  })
  await claim('the token that is over lets no one in again', async () => {
    await signIn(page, token)
    return await saw(page, 'dialog [role=alert]', 'That was not right')
  })
  await claim('a new token of the same person goes on with the page', async () => {
    await signIn(page, await tokenOf({ role: 'finance' }, '2h'))
    await page.locator('dialog').waitFor({ state: 'hidden' })
    await settled(page)
    return await saw(page, '.who', 'deniz')
  })
  await claim('a session whose token lasts longer goes on after that time', async () => {
    advance(11 * MINUTE_MS)
    await page.reload()
    await settled(page)
    return await saw(page, '.who', 'deniz')
  })
  await claim('the door of an issuer breaks no policy and asks no one else', async () => none(faults))
  await page.context().close()
}
