// @own-process
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { openStream } from '../../../support/live.js'
import { moderator, viewer, withRoom } from '../../../support/rooms.js'
import { as, startService } from '../../../support/service.js'

/** A way to the service that can be cut, without a farewell. */
async function cuttableWay (t: Test, port: number) {
  const sockets = new Set<Socket>()
  const heads: string[] = []
  const server = createServer((client) => {
    const service = connect(port, '127.0.0.1')
    for (const socket of [client, service]) sockets.add(socket.on('error', () => {}))
    client.once('data', (head) => { heads.push(head.toString()) })
    client.pipe(service).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  t.teardown(() => {
    cut()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, cut, heads }
}

t.test('the EventSource of Node comes back by itself behind its last event, and misses nothing that was written meanwhile', async (t) => {
  const { url, roomId, say } = await withRoom(await startService(t, { listen: true }))
  const { port, cut, heads } = await cuttableWay(t, Number(new URL(url()).port))
  // A page goes on while its EventSource waits; a program has to be kept from ending.
  const script = `
    setInterval(() => {}, 1000)
    const source = new EventSource('http://127.0.0.1:${port}/api/rooms/${roomId}/events')
    source.addEventListener('hello', () => { console.log('hello') })
    source.addEventListener('error', () => { console.log('error') })
    source.addEventListener('entries', ({ data, lastEventId }) => { for (const { text } of JSON.parse(data).entries) console.log('entry', lastEventId, text) })`
  const child = spawn(process.execPath, ['--experimental-eventsource', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  t.teardown(() => { child.kill('SIGKILL') })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (more: string) => { text += more })
  const printed = async (what: RegExp): Promise<void> => { while (!what.test(text)) await once(child.stdout, 'data') }
  await printed(/hello/)
  await say(viewer, 'bir')
  await printed(/bir/)
  cut()
  await say(moderator, 'iki')
  await say(moderator, 'üç')
  await printed(/hello[^]*hello[^]*üç/)
  await say(viewer, 'dört')
  await printed(/dört/)
  t.same(text.match(/(?<=entry \d+ )\S+/g), ['bir', 'iki', 'üç', 'dört'], 'each once, none is missing')
  const [, last = ''] = /entry (\d+) bir/.exec(text) ?? []
  t.equal(heads.length, 2)
  t.match(heads[1], new RegExp(`last-event-id: ${last}\\r\\n`, 'i'))
})

t.test('a ticket opens streams for a minute; after it, a new one continues behind the last event', async (t) => {
  const start = Date.now()
  let laterMs = 0
  const { url, call } = await startService(t, { listen: true, replacements: { clock: () => new Date(start + laterMs).toISOString() } })
  const [ada, bora] = [as('ada'), as('bora')]
  const ticket = async (): Promise<string> => String((await call('POST', '/api/events/tickets', ada)).body['ticket'])
  const write = async (message: string): Promise<void> => { await call('POST', '/api/messages', bora, { receiverId: 'ada', message }) }
  const first = await ticket()
  const open = async (one: string, after: string | null) => await openStream(`${url()}/api/events?ticket=${one}${after === null ? '' : `&after=${after}`}`)
  const before = await open(first, null)
  await before.next('hello')
  await write('bir')
  const { id } = await before.next('message')
  before.close()
  await write('iki')
  laterMs = 59_000
  const within = await open(first, id)
  t.match((await within.next('message')).data, { message: { message: 'iki' } })
  within.close()
  laterMs = 61_000
  const late = await open(first, id)
  t.equal(late.status, 401)
  await write('üç')
  const again = await open(await ticket(), id)
  t.match((await again.next('message')).data, { message: { message: 'iki' } })
  t.match((await again.next('message')).data, { message: { message: 'üç' } })
  again.close()
})

t.test('a reader who closes their side alone is gone, and so is one who vanishes', async (t) => {
  const { url, call, roomId } = await withRoom(await startService(t, { listen: true }))
  const open = async (): Promise<Socket> => {
    const socket = connect({ port: Number(new URL(url()).port), host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {})
    socket.write(`GET /api/rooms/${roomId}/events HTTP/1.1\r\nHost: a\r\n\r\n`)
    let text = ''
    while (!text.includes('event: viewers')) text += String(await once(socket, 'data').then(([data]) => data as Buffer))
    return socket
  }
  const streams = async (): Promise<string | undefined> => /basvideo_live_connections (\d+)/.exec((await call('GET', '/metrics')).text)?.[1]
  const [halfOpen, vanishing] = [await open(), await open()]
  t.equal(await streams(), '2')
  halfOpen.resume().end()
  await once(halfOpen, 'end')
  t.equal(await streams(), '1', 'the service closes its side too')
  vanishing.resetAndDestroy()
  while (await streams() !== '0') await new Promise(setImmediate)
  t.equal(await streams(), '0')
})

t.test('garbage in Last-Event-ID is refused, and opens nothing', async (t) => {
  const { call, roomId } = await withRoom(await startService(t))
  const garbage = ['-1', '1.5', '1e3', '0x1', 'NaN', 'null', ' ', '1 2', '٣', '9'.repeat(13), 'x'.repeat(8000), '../1', "1' OR 1=1", '999999999999', '\u0001']
  for (const id of garbage) {
    for (const path of [`/api/rooms/${roomId}/events`, '/api/events']) {
      const { status, body } = await call('GET', path, { ...viewer, 'last-event-id': id })
      if (status !== 400 || body.code !== 'invalid_cursor') t.fail(`${path} with ${id.slice(0, 20)}: ${status}`)
    }
  }
  t.match((await call('GET', '/metrics')).text, /basvideo_live_connections 0/)
})
