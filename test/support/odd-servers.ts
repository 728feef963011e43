import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { Test } from 'tap'

/** A server that listens and takes nobody: its thread sleeps, and those who wait before its door are as many as may. */
export async function startFullServer (t: Test): Promise<number> {
  const worker = new Worker(`
    const { parentPort } = require('node:worker_threads')
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port)
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
    })`, { eval: true })
  t.teardown(async () => { await worker.terminate() })
  const [port] = await once(worker, 'message') as [number]
  const waiting = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  t.teardown(() => { for (const socket of waiting) socket.destroy() })
  await Promise.all(waiting.slice(0, 2).map(async (socket) => { await once(socket, 'connect') }))
  return port
}

/** A server that answers every request by changing to a protocol that nobody asked for. */
export async function startSwitchingServer (t: Test): Promise<number> {
  const server = createServer((socket) => { socket.on('data', () => { socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n') }) })
  t.teardown(() => { server.close() })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}
