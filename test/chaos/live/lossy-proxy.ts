import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface LossyProxy {
  readonly url: string
  /** The share of messages to those who listen that are lost, from 0 to 1. */
  readonly lose: (share: number) => void
  /** Messages that were lost, of all. */
  readonly counts: { lost: number, passed: number }
  readonly close: () => void
}

/** Stands before a Redis and loses messages that it sends to those who listen, by the protocol that the bus speaks. Answers to commands all pass. */
export async function lossyProxy (target: string): Promise<LossyProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const counts = { lost: 0, passed: 0 }
  let share = 0
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(one)
      one.on('error', () => {}).on('close', () => { sockets.delete(one); other.destroy() })
    }
    client.pipe(upstream)
    let waiting = Buffer.alloc(0)
    upstream.on('data', (bytes: Buffer) => {
      waiting = Buffer.concat([waiting, bytes])
      for (let end = replyEnd(waiting, 0); end !== null; end = replyEnd(waiting, 0)) {
        const reply = waiting.subarray(0, end)
        waiting = waiting.subarray(end)
        const isMessage = reply.subarray(0, 20).includes('$7\r\nmessage')
        const isLost = isMessage && Math.random() < share
        if (isMessage) counts[isLost ? 'lost' : 'passed']++
        if (!isLost) client.write(reply)
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lose: (next) => { share = next },
    counts,
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Where a reply of Redis ends that begins here; null where it is not whole yet. */
export function replyEnd (bytes: Buffer, start: number): number | null {
  const line = bytes.indexOf('\r\n', start)
  if (line === -1) return null
  const length = Number(bytes.toString('latin1', start + 1, line))
  const kind = String.fromCharCode(Number(bytes[start]))
  if (kind === '$') {
    const end = line + 2 + (length < 0 ? 0 : length + 2)
    return end <= bytes.length ? end : null
  }
  let end: number | null = line + 2
  if (kind === '*') for (let item = 0; item < length && end !== null; item++) end = replyEnd(bytes, end)
  return end
}
