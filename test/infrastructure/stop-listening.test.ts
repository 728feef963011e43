import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { startService } from '../support/service.js'

const CALLERS = 20

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

t.test('a service that stops answers those whom the kernel has taken in and it has not seen yet', async t => {
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
