import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { as, startService, type TestService } from '../../../support/service.js'

const { authorization } = as('ada')

/** Sends these bytes, and reads until the service closes the connection. */
async function exchange ({ url }: TestService, bytes: string | Buffer): Promise<{ status: number, headers: string, body: Record<string, unknown> }> {
  const socket = connect(Number(new URL(url()).port), '127.0.0.1')
  socket.write(bytes)
  const [headers = '', body = ''] = (await text(socket)).split('\r\n\r\n', 2)
  return { status: Number(headers.split(' ', 2)[1]), headers, body: JSON.parse(body) as Record<string, unknown> }
}

function checked (service: TestService, { status, headers, body }: Awaited<ReturnType<typeof exchange>>): void {
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1]
  service.contract.check('RAW', '/', {
    status, body, text: JSON.stringify(body), headers: { 'x-request-id': header('x-request-id'), 'content-type': header('content-type') },
  })
}

t.test('bytes that are not HTTP are answered with a problem, and the connection is closed', async t => {
  const service = await startService(t, { listen: true })
  const garbage: Array<[name: string, bytes: string | Buffer, status: number]> = [
    ['noise', Buffer.from([0, 255, 1, 254, 13, 10, 13, 10]), 400],
    ['a greeting of TLS', Buffer.from('16030100a5010000a10303', 'hex'), 400],
    ['text', 'merhaba\r\n\r\n', 400],
    ['an unknown method', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['an unknown version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 400],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: x\r\n\r\n', 400],
    ['a header over two lines', 'GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\nB\u0000: d\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['a length beside chunks', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
    ['a length below nothing', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 400],
    ['a chunk of no size', `POST /api/messages HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
    ['two hosts', 'GET /api/health HTTP/1.1\r\nHost: x\r\nhost: y\r\nConnection: close\r\n\r\n', 400],
    ['the same host twice', 'GET /api/health HTTP/1.1\r\nHost: x\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['no host', 'GET /api/health HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['headers that are too large', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['an address that is too long', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ['an address that cannot be decoded', 'GET /api/payments/%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
  ]
  for (const [name, bytes, status] of garbage) {
    const answer = await exchange(service, bytes)
    t.match(answer, { status, headers: /^connection: close/im, body: { code: 'malformed_request', status } }, name)
    checked(service, answer)
  }
  t.equal((await service.call('GET', '/api/health/live')).status, 200)
})

t.test('HTTP/1.0 needs no Host header, and an unknown Expect header is ignored', async t => {
  const service = await startService(t, { listen: true })
  t.match(await exchange(service, 'GET /api/health/live HTTP/1.0\r\n\r\n'), { status: 200, body: { ok: true } })
  t.match(await exchange(service, 'GET /api/health/live HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n'), { status: 200, body: { ok: true } })
})

/** Both ends of a connection to the service. */
async function connection ({ app, url }: TestService): Promise<[client: Socket, server: Socket]> {
  const client = connect(Number(new URL(url()).port), '127.0.0.1')
  const [server] = await once(app.server, 'connection') as [Socket]
  return [client, server]
}

t.test('a request that takes too long to arrive is 408, and a broken connection is dropped', async t => {
  const service = await startService(t, { listen: true })
  t.match(service.app.server, { headersTimeout: 10_000, requestTimeout: 15_000, timeout: 30_000 }, 'node looks after the time')
  const [slow, slowServer] = await connection(service)
  service.app.server.emit('clientError', Object.assign(new Error('slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), slowServer)
  t.match(await text(slow), /^HTTP\/1\.1 408 Request Timeout\r\n[^]*"code":"malformed_request"/)
  const [gone, goneServer] = await connection(service)
  service.app.server.emit('clientError', Object.assign(new Error('gone'), { code: 'ECONNRESET' }), goneServer)
  t.ok(goneServer.destroyed)
  t.equal(await text(gone), '')
  const [ended, endedServer] = await connection(service)
  endedServer.end()
  service.app.server.emit('clientError', new Error('late'), endedServer)
  t.ok(endedServer.destroyed)
  ended.destroy()
})
