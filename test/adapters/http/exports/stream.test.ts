// @own-process
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Page } from '#application/ports/page.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import { payment } from '../../../contracts/fixtures.js'
import { ADMIN_TOKEN, adminToken, startService } from '../../../support/service.js'

const EXPORT = '/api/admin/export?type=payments&format=ndjson'
const SERVER_IDLE_MS = 30_000

const full = Array.from({ length: 500 }, (_, index) => payment(`pay_${index}`, { description: 'd'.repeat(400) }).payment)
const more = (items: readonly Payment[] = full): Page<Payment> => ({ items, nextKey: '2126-03-01T10:00:00.000Z#pay_0' })
const last = (items: readonly Payment[] = full): Page<Payment> => ({ items, nextKey: null })

/** A service that listens, on a store that makes each page from the number of its request, counted from 1. */
async function start (t: Test, makePage: (number: number) => Page<Payment> | Promise<Page<Payment>>) {
  let asked = 0
  const list: PaymentStore['list'] = async () => await makePage(++asked)
  // The daily round would read the store too.
  const service = await startService(t, { listen: true, env: { RECONCILE_PER_MINUTE: '0' }, replacements: { openedStores: { ...memoryStores(), payments: { list } as unknown as PaymentStore } } })
  return { ...service, asked: () => asked }
}

type Service = Awaited<ReturnType<typeof start>>

interface Client {
  readonly socket: Socket
  /** The service's end of the connection. */
  readonly server: Socket
  readonly received: () => string
  /** The end of the text, because joining all of it for each check takes long. */
  readonly tail: () => string
}

/** A client that has read the beginning of an export and reads no further until its socket is resumed. */
async function reader ({ app, url }: Service): Promise<Client> {
  const socket = connect(Number(new URL(url()).port), '127.0.0.1')
  const [server] = await once(app.server, 'connection') as [Socket]
  const chunks: string[] = []
  socket.setEncoding('utf8').on('data', (text: string) => { chunks.push(text) })
  socket.write(`GET ${EXPORT} HTTP/1.1\r\nHost: x\r\nX-Admin-Token: ${ADMIN_TOKEN}\r\n\r\n`)
  await once(socket, 'data')
  socket.pause()
  return { socket, server, received: () => chunks.join(''), tail: () => chunks.slice(-2).join('') }
}

/** Resolves once the service has had many turns without a request to its store. */
async function standstill ({ asked, url }: Service): Promise<number> {
  let before = -1
  while (before !== asked()) {
    before = asked()
    for (let i = 0; i < 20; i++) await setImmediate()
    await (await fetch(`${url()}/api/health/live`)).text()
  }
  return before
}

/** Resolves once a connection has ended or broken. */
async function gone (socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    // A reset emits an error, which has no other listener.
    socket.on('error', () => {}).once('close', () => { resolve() })
  })
}

/** Resolves with the line of the access log for the export. */
async function logged ({ logs, url }: Service): Promise<unknown> {
  for (;;) {
    const line = logs.find((one) => one.includes('"route":"/api/admin/export"'))
    if (line !== undefined) return JSON.parse(line)
    await (await fetch(`${url()}/api/health/live`)).text()
  }
}

t.test('an export is made as fast as it is read, and no faster', async t => {
  const pages = 60
  const service = await start(t, (number) => number < pages ? more() : last())
  const { socket, received, tail } = await reader(service)
  const ahead = await standstill(service)
  t.ok(ahead < pages / 2, `${ahead} of ${pages} pages`)
  t.equal(service.logs.filter((line) => line.includes('export')).length, 0, 'logged once it ends')
  socket.resume()
  while (!tail().endsWith('\r\n0\r\n\r\n')) await once(socket, 'data')
  t.equal(service.asked(), pages)
  t.match(tail(), /\{"end":true,"count":30000\}\n\r\n0\r\n\r\n$/)
  t.match(received().slice(0, 2000), /^HTTP\/1\.1 200 OK\r\n[^]*transfer-encoding: chunked/i)
  const line = await logged(service)
  t.match(line, { status: 200, method: 'GET', msg: 'request', userId: null })
  t.notOk('aborted' in (line as object))
  const metrics = await (await fetch(`${service.url()}/metrics`)).text()
  t.match(metrics, 'basvideo_http_request_duration_seconds_count{method="GET",route="/api/admin/export",status="200"} 1')
  t.equal(service.logs.filter((entry) => entry.includes('export')).length, 1)
  socket.destroy()
})

t.test('other requests are answered while an export runs from a store that never waits', async t => {
  const service = await start(t, () => more())
  const { socket } = await reader(service)
  socket.resume()
  for (let i = 0; i < 5; i++) t.equal((await fetch(`${service.url()}/api/health/live`)).status, 200)
  const before = service.asked()
  while (service.asked() < before + 5) t.equal((await fetch(`${service.url()}/api/health/live`)).status, 200, 'the export continues meanwhile')
  socket.destroy()
})

for (const [what, items] of [['that is read', full], ['in which nothing matches', []]] as const) {
  t.test(`a client that hangs up ends the work of an export ${what}`, async t => {
    const service = await start(t, (number) => more(number === 1 ? full : items))
    const { socket, server } = await reader(service)
    socket.resume()
    while (service.asked() < 20) await setImmediate()
    socket.destroy()
    await gone(server)
    const asked = await standstill(service)
    t.ok(asked >= 20)
    t.match(await logged(service), { aborted: true, status: 200 })
    t.equal(service.logs.filter((line) => line.includes('"msg":"request"') && line.includes('export')).length, 1)
  })
}

t.test('an export whose client hangs up before the first page does not count as running', async t => {
  const gate = Promise.withResolvers<undefined>()
  const service = await start(t, async (number) => {
    if (number > 2) return last()
    await gate.promise
    return more()
  })
  for (let i = 1; i <= 2; i++) {
    const socket = connect(Number(new URL(service.url()).port), '127.0.0.1')
    socket.write(`GET ${EXPORT} HTTP/1.1\r\nHost: x\r\nX-Admin-Token: ${ADMIN_TOKEN}\r\n\r\n`)
    const [server] = await once(service.app.server, 'connection') as [Socket]
    while (service.asked() < i) await setImmediate()
    socket.destroy()
    await gone(server)
  }
  gate.resolve(undefined)
  await standstill(service)
  for (let i = 0; i < 2; i++) t.match(await (await fetch(service.url() + EXPORT, { headers: adminToken })).text(), /"count":500\}\n$/)
})

t.test('a store that fails in the middle breaks the file off, and the client notices', async t => {
  const service = await start(t, (number) => {
    if (number === 3) throw new Error('the store is gone')
    return more()
  })
  const { socket, received } = await reader(service)
  socket.resume()
  await gone(socket)
  t.match(received(), /^HTTP\/1\.1 200 OK/)
  t.equal(received().split('"paymentId":"pay_499"').length - 1, 2, 'what was read is sent')
  t.notMatch(received(), /\r\n0\r\n\r\n|"end":true/)
  t.match(await logged(service), { aborted: true, status: 200 })
  t.ok(service.logs.some((line) => line.includes('the store is gone')), 'the log holds the reason')
  const again = await start(t, (number) => {
    if (number === 2) throw new Error('the store is gone')
    return more()
  })
  await t.rejects((await fetch(again.url() + EXPORT, { headers: adminToken })).text(), { message: 'terminated' }, 'fetch notices as well')
})

t.test('two exports run at once, and a third is answered with Retry-After', async t => {
  const service = await start(t, () => more())
  const clients = [await reader(service), await reader(service)] as const
  const third = async () => await service.call('GET', EXPORT.replace('ndjson', 'csv'), adminToken)
  t.match(await third(), { status: 503, headers: { 'retry-after': '10' }, body: { code: 'overloaded' } })
  t.equal((await fetch(`${service.url()}/api/health/live`)).status, 200)
  const [first] = clients
  first.socket.destroy()
  await gone(first.server)
  await standstill(service)
  const next = await reader(service)
  t.match(next.received(), /^HTTP\/1\.1 200 OK/)
  t.match(await third(), { status: 503 })
  for (const { socket } of [...clients, next]) socket.destroy()
})

t.test('an export that reads many payments and sends few is not cut off as a silent connection', async t => {
  const rearmed: number[] = []
  const service = await start(t, (number) => number < 8 ? more([]) : last([]))
  service.app.server.prependOnceListener('connection', (socket: Socket) => {
    const setTimeout = socket.setTimeout.bind(socket)
    socket.setTimeout = (milliseconds, callback) => {
      rearmed.push(milliseconds)
      return setTimeout(milliseconds, callback)
    }
  })
  t.equal(await (await fetch(service.url() + EXPORT, { headers: adminToken })).text(), '{"end":true,"count":0}\n')
  t.ok(rearmed.filter((milliseconds) => milliseconds === SERVER_IDLE_MS).length >= 8, 'each page restarts the timeout')
})

t.test('an export runs on a server without a timeout for connections', async t => {
  const service = await start(t, (number) => number < 3 ? more([]) : last([]))
  service.app.server.timeout = 0
  t.equal(await (await fetch(service.url() + EXPORT, { headers: adminToken })).text(), '{"end":true,"count":0}\n')
})

t.test('two clients that stop reading are cut off, their exports end, and others may start', async t => {
  const service = await start(t, () => more())
  service.app.server.timeout = 300
  const cutOff = [1, 2].map(async () => {
    const { socket, server } = await reader(service)
    await gone(server)
    socket.destroy()
  })
  await Promise.all(cutOff)
  await standstill(service)
  t.match(await logged(service), { aborted: true })
  const { socket, received } = await reader(service)
  t.match(received(), /^HTTP\/1\.1 200 OK/)
  socket.destroy()
})

t.test('a service that stops lets a running export finish', async t => {
  const gate = Promise.withResolvers<undefined>()
  const service = await start(t, async (number) => {
    if (number < 3) return more()
    await gate.promise
    return last()
  })
  const answer = await fetch(service.url() + EXPORT, { headers: adminToken })
  while (service.asked() < 3) await setImmediate()
  const closed = service.close()
  gate.resolve(undefined)
  t.match(await answer.text(), /\{"end":true,"count":1500\}\n$/)
  await closed
})

t.test('a service that stops breaks off an export that does not finish, well within ten seconds', async t => {
  const service = await start(t, () => more())
  const { socket, received } = await reader(service)
  await standstill(service)
  const start0 = performance.now()
  await service.app.close()
  const took = performance.now() - start0
  t.ok(took > 2000 && took < 8000, `${took} ms`)
  socket.resume()
  await gone(socket)
  t.notMatch(received(), /\r\n0\r\n\r\n|"end":true/)
  t.match(JSON.parse(service.logs.findLast((line) => line.includes('"route":"/api/admin/export"')) ?? '{}'), { aborted: true })
})
