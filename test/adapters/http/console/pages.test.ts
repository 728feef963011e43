import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { emptyFolder } from '../../../support/process.js'
import { startService, type Headers, type TestService } from '../../../support/service.js'

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

/** A folder as the build leaves it, with something beside the console. */
function built (t: Test): string {
  const folder = emptyFolder(t)
  for (const name of ['assets', 'src', '.hidden']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>the console</title>')
  writeFileSync(join(folder, 'icon.svg'), '<svg/>')
  writeFileSync(join(folder, 'assets/index-B3xZ_9aQ.js'), 'start()')
  writeFileSync(join(folder, 'src/session.js'), 'secret()')
  writeFileSync(join(folder, '.hidden/x.js'), 'secret()')
  return folder
}

async function start (t: Test, consoleFolder = built(t)) {
  const service = await startService(t, { replacements: { consoleFolder } })
  const get = async (path: string, headers: Headers = {}, method: 'GET' | 'HEAD' = 'GET') => await service.app.inject({ method, url: path, headers })
  return { ...service, get, consoleFolder }
}

t.test('the one page is at /console/, and at each address of a screen', async (t) => {
  const { get } = await start(t)
  for (const path of ['/console/', '/console/index.html', '/console/payments', '/console/payments/pay_0193a5c2', '/console/users/ayse@example.com', '/console/payments?status=failed', '/console/src/session.js', '/console/.hidden/x.js']) {
    const { statusCode, payload, headers } = await get(path)
    t.match([statusCode, payload], [200, /<title>the console/], path)
    t.match(headers, { 'content-type': /^text\/html; charset=utf-8$/i, 'cache-control': 'no-cache' }, path)
  }
  t.match(await get('/console'), { statusCode: 308, headers: { location: '/console/' } })
})

t.test('its answers have a policy that lets nothing in from elsewhere, and set no cookie', async (t) => {
  const { get } = await start(t)
  for (const path of ['/console/', '/console/payments', '/console/icon.svg', '/console/assets/index-B3xZ_9aQ.js']) {
    t.match((await get(path)).headers, { 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'set-cookie': undefined, 'x-frame-options': 'SAMEORIGIN' }, path)
    t.equal((await get(path)).headers['content-security-policy'], POLICY)
  }
})

t.test('an asset is kept, because its name changes with its content, and other files are asked for again', async (t) => {
  const { get } = await start(t)
  const asset = await get('/console/assets/index-B3xZ_9aQ.js')
  t.match([asset.statusCode, asset.payload, asset.headers['cache-control']], [200, 'start()', 'public, max-age=31536000, immutable'])
  t.match(asset.headers['content-type'], /javascript/)
  const icon = await get('/console/icon.svg')
  t.match([icon.payload, icon.headers['content-type'], icon.headers['cache-control']], ['<svg/>', /^image\/svg\+xml/, 'no-cache'])
  const again = await get('/console/', { 'if-none-match': String((await get('/console/')).headers['etag']) })
  t.match([again.statusCode, again.payload], [304, ''])
  const head = await get('/console/', {}, 'HEAD')
  t.match([head.statusCode, head.payload, head.headers['content-security-policy']], [200, '', POLICY])
})

t.test('a file that is not there is not found, and nothing outside the folder is', async (t) => {
  const { get, call } = await start(t)
  for (const path of ['/console/assets/index-00000000.js', '/console/other.svg', '/console/assets/..%2f..%2fpackage.json', '/console/assets/%2e%2e%2findex.html']) {
    const { statusCode, payload } = await get(path)
    t.ok(statusCode === 404 || payload.includes('<title>the console'), `${path}: ${statusCode}`)
    t.notMatch(payload, 'basvideo-backend')
  }
  t.match((await get('/console/assets/index-00000000.js')).json(), { code: 'route_not_found' })
  t.match(await call('POST', '/console/', {}, {}), { status: 405, headers: { allow: 'GET, HEAD' } })
})

t.test('a service whose console is not built starts, and says so until it is', async (t) => {
  const folder = built(t)
  rmSync(join(folder, 'index.html'))
  const { get } = await start(t, folder)
  t.match(await get('/console/'), { statusCode: 404, payload: /The console is not built.*npm run build/s, headers: { 'content-security-policy': /default-src 'none'/ } })
  t.match(await get('/console/payments', { 'accept-language': 'tr' }), { statusCode: 404, payload: /<html lang="tr">.*Konsol derlenmemiş/s })
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>the console</title>')
  t.match(await get('/console/'), { statusCode: 200, payload: /the console/ })
  const { get: nowhere } = await start(t, join(folder, 'nowhere'))
  t.equal((await nowhere('/console/')).statusCode, 404)
  t.equal((await nowhere('/console/icon.svg')).statusCode, 404)
})

t.test('pages of the console are not counted against the limit of requests, and are not in the document', async (t) => {
  const service: TestService = await startService(t, { env: { RATE_LIMIT_MAX: '2' }, replacements: { consoleFolder: built(t) } })
  for (let request = 0; request < 5; request++) t.equal((await service.app.inject('/console/')).statusCode, 200)
  t.same(Object.keys(service.contract.document.paths).filter((path) => path.startsWith('/console')), [])
  t.same(Object.keys(service.contract.document.paths).filter((path) => path.startsWith('/api/console')), ['/api/console/settings', '/api/console/session'])
})
