import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import type { Test } from 'tap'
import type { Delay } from '#adapters/exchange/delivery.js'

export const SECRET = `whsec_${Buffer.from('a signing key of 32 bytes, no mo').toString('base64')}`
export const OTHER_SECRET = `whsec_${Buffer.from('another signing key of 32 bytes.').toString('base64')}`

export interface Inbox<Item> {
  readonly items: Item[]
  readonly put: (item: Item) => void
  /** The first item that nobody has taken yet, as soon as there is one. */
  readonly next: () => Promise<Item>
}

export function makeInbox<Item> (): Inbox<Item> {
  const items: Item[] = []
  const untaken: Item[] = []
  const takers: Array<(item: Item) => void> = []
  return {
    items,
    put (item) {
      items.push(item)
      const taker = takers.shift()
      if (taker === undefined) untaken.push(item)
      else taker(item)
    },
    next: async () => untaken.shift() ?? await new Promise<Item>((resolve) => { takers.push(resolve) }),
  }
}

export interface HeldDelay {
  readonly delay: Delay
  readonly waits: Inbox<{ readonly milliseconds: number, readonly end: () => void }>
}

/** Waits that end when the test says. */
export function heldDelay (): HeldDelay {
  const waits = makeInbox<{ milliseconds: number, end: () => void }>()
  return {
    waits,
    delay: (milliseconds) => new Promise<void>((resolve) => { waits.put({ milliseconds, end: resolve }) }),
  }
}

export const noDelay: Delay = async () => {}

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Answers it, where the receiver does not by itself. */
  readonly answer: (status: number) => void
}

export interface Receiver {
  readonly url: string
  readonly received: Inbox<Received>
  /** The most requests that were unanswered at a time. */
  readonly openMax: () => number
}

/** A real HTTP server that takes webhooks; `answer` gives the status of the nth request, null leaves it open. */
export async function startReceiver (t: Test, answer: (count: number) => number | null = () => 204): Promise<Receiver> {
  const received = makeInbox<Received>()
  let open = 0
  let openMax = 0
  const server = createServer((request, response) => {
    openMax = Math.max(openMax, ++open)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    request.on('end', () => {
      const reply = (status: number): void => {
        open--
        response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end(status === 204 ? '' : 'noted')
      }
      received.put({ headers: request.headers, body: Buffer.concat(chunks), answer: reply })
      const status = answer(received.items.length)
      if (status !== null) reply(status)
    })
  })
  await listen(server)
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received, openMax: () => openMax }
}

async function listen (server: Server): Promise<void> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
}
