/**
 * Readers of streams, in a process of their own: its argument is a `ReadersJob` as JSON. It opens its connections, says `ready`, and answers each
 * later word of its parent with a `Seen` of what came since the word before.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { tokenOf } from '../caller.js'
import { makeFinder } from './marker.js'
import type { ReadersJob, Seen } from './readers.js'

const AT_ONCE = 100

const job = JSON.parse(process.argv[2] ?? '') as ReadersJob
const { hostname, port } = new URL(job.url)
let delays: number[] = []

const sockets: Socket[] = []
for (let from = 0; from < job.count; from += AT_ONCE) {
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, job.count - from) }, async (_, index) => { sockets.push(await open(from + index)) }))
}
process.on('message', () => {
  process.send?.(seen())
  delays = []
})
process.on('disconnect', () => { process.exit() })
process.send?.('ready')

async function open (index: number): Promise<Socket> {
  // One address has too few ports for some thousand connections beside those of other runs.
  const socket = connect({ host: hostname, port: Number(port), localAddress: `127.0.0.${2 + index % 8}` })
  const upgrade = job.isWebSocket ? 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n' : ''
  socket.write(`GET ${job.path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\naccept: text/event-stream\r\n${upgrade}${job.isSignedIn ? `authorization: Bearer ${tokenOf(`reader-${index}`)}\r\n` : ''}\r\n`)
  const [bytes] = await once(socket, 'data') as [Buffer]
  const head = bytes.toString('latin1', 0, 500)
  if (!/^HTTP\/1.1 (200|101) /.test(head)) throw new Error(head)
  socket.on('data', makeFinder((sentAtMs) => { delays.push(Date.now() - sentAtMs) }))
  socket.on('close', () => { throw new Error('a stream ended') })
  return socket
}

function seen (): Seen {
  delays.sort((one, other) => one - other)
  const [p50 = 0, p99 = 0] = [0.5, 0.99].map((share) => delays[Math.floor(delays.length * share)])
  return { deliveries: delays.length, p50, p99, most: delays.at(-1) ?? 0 }
}
