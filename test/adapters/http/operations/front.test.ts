import t from 'tap'
import { VERSION } from '#infrastructure/runtime/version.js'
import { startService } from '../../../support/service.js'

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

t.test('the front answers a browser with a page and a program with JSON of the same', async (t) => {
  const { call } = await startService(t)
  const links = { docs: '/docs', openapi: '/openapi.json', health: '/api/health' }
  for (const headers of [{}, { accept: '*/*' }, { accept: 'application/json' }]) {
    const { status, body } = await call('GET', '/', headers)
    t.same([status, body], [200, { name: 'BasVideo', version: VERSION, mode: 'memory', links }])
  }
  const page = await call('GET', '/', BROWSER)
  t.match(page, { status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': /^default-src 'none'; style-src 'sha256-/ } })
  for (const text of [VERSION, 'memory', ...Object.values(links).map((url) => `href="${url}"`), '<html lang="en">', 'is running']) t.ok(page.text.includes(text), text)
  t.match((await call('GET', '/', { ...BROWSER, 'accept-language': 'tr' })).text, /<html lang="tr">.*çalışıyor.*Sürüm/s)
  for (const url of Object.values(links)) t.equal((await call('GET', url)).status, 200, url)
})

t.test('the front links to no reference that is not served', async (t) => {
  const { call } = await startService(t, { env: { API_DOCS: 'false' } })
  t.same((await call('GET', '/')).body['links'], { health: '/api/health' })
  t.notMatch((await call('GET', '/', BROWSER)).text, /docs|openapi/)
})
