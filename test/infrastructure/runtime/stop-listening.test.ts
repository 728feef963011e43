// @own-process
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { startService } from '../../support/service.js'

const CALLERS = 20
/** All connections in turn take longer than the service waits for one request. */
const PACE_MS = 200

/** Connects and asks, all at once, tells when the kernel has taken all in, and later what became of them. */
const CALLING = `
  const { connect } = require('node:net')
  const { parentPort, workerData } = require('node:worker_threads')
  const { port, callers, connected } = workerData
  const answers = Array.from({ length: callers }, () => new Promise((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET /api/health/live HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n')
      if (Atomics.add(connected, 0, 1) === callers - 1) Atomics.notify(connected, 0)
    })
    socket.on('data', (data) => { text += data })
    socket.on('error', (error) => { text += error.code })
    socket.on('close', () => resolve(text))
  }))
  Promise.all(answers).then((texts) => parentPort.postMessage(texts))
`

t.test('a service that stops answers connections that are still in the queue of the kernel', async t => {
  const { close, url } = await startService(t, { listen: true })
  const connected = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(CALLING, { eval: true, workerData: { port: new URL(url()).port, callers: CALLERS, connected } })
  t.teardown(async () => { await worker.terminate() })
  const told = once(worker, 'message') as Promise<[string[]]>
  // The event loop stands still meanwhile, so that not one of them is accepted.
  for (let count = 0; count < CALLERS; count = Atomics.load(connected, 0)) Atomics.wait(connected, 0, count)
  const closing = close()
  const [texts] = await told
  await closing
  t.equal(texts.length, CALLERS)
  for (const text of texts) t.match(text, /^HTTP\/1\.1 200 OK\r\n/)
})

/** A connection that is kept, and the next answer on it; empty where there is none. */
async function keptConnection (port: number): Promise<() => Promise<string>> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  const closed = once(socket, 'close').then(() => '')
  return async () => {
    socket.write('GET /api/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
    return await Promise.race([once(socket, 'data').then(([data]) => String(data)), closed])
  }
}

t.test('a client that uses its connections one after another is answered on all of them', async t => {
  const { close, url } = await startService(t, { listen: true })
  const connections = await Promise.all(Array.from({ length: 6 }, async () => await keptConnection(Number(new URL(url()).port))))
  for (const ask of connections) t.match(await ask(), /^HTTP\/1\.1 200 OK\r\n[^]*connection: keep-alive/i)
  const closing = close()
  for (const ask of connections) {
    await setTimeout(PACE_MS)
    t.match(await ask(), /^HTTP\/1\.1 200 OK\r\n/)
  }
  await closing
})
