import { Redis, type RedisOptions } from 'ioredis'
import type { Bus } from '#application/ports/bus.js'

export interface RedisBusOptions {
  readonly url: string
  /** Processes hear each other that use the same. */
  readonly channel: string
  /** This process, among those that use the channel; the workers of one start have the same, and hear each other by `own`. */
  readonly nodeId: string
  /** Delivers to those who listen in this process. */
  readonly local: Bus
  /** Takes what this process publishes, before it goes to other nodes. */
  readonly own?: Bus
  readonly observer: BusObserver
}

export interface BusObserver {
  /** What became of a message: sent or lost of this process, received of another. */
  readonly message: (result: 'sent' | 'lost' | 'received') => void
  /** Called once for each change. The reason is a code, without the address. */
  readonly connected: (isConnected: boolean, reason: string) => void
}

export interface RunningBus {
  readonly bus: Bus
  readonly close: () => void
}

/** Messages that wait for an answer of the server. More are lost, so that a server that hangs costs no memory. */
const WAITING_MAX = 1000
/** How long the server may take for an answer. */
const ANSWER_MS = 2000
const RETRY_MAX_MS = 2000
const KEEP_ALIVE_MS = 10_000

/** Nothing waits for a server that is away. */
const OPTIONS = {
  enableOfflineQueue: false,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: ANSWER_MS,
  socketTimeout: ANSWER_MS,
  keepAlive: KEEP_ALIVE_MS,
  // The protocol that every version of Redis and Valkey speaks.
  protocol: 2,
  retryStrategy: (times: number) => Math.min(RETRY_MAX_MS, 50 * 2 ** times),
} satisfies RedisOptions

/** The bus between processes, over the channels of Redis or Valkey. What a process publishes, it hears itself at once, and without the server. */
export function makeRedisBus ({ url, channel, nodeId, local, own = local, observer }: RedisBusOptions): RunningBus {
  const sender = new Redis(url, OPTIONS)
  const listener = new Redis(url, OPTIONS)
  let waiting = 0
  let hears = false
  let isOver = false
  let wasConnected: boolean | null = null
  let reason = 'closed'
  const tell = (isConnected: boolean): void => {
    if (isOver || wasConnected === isConnected) return
    wasConnected = isConnected
    observer.connected(isConnected, isConnected ? 'ready' : reason)
  }
  const look = (): void => { if (hears && sender.status === 'ready') tell(true) }
  const deaf = (error: Error): void => {
    reason = reasonOf(error)
    tell(false)
  }
  const hear = async (): Promise<void> => {
    await listener.subscribe(channel)
    hears = true
    look()
  }
  listener.on('ready', () => { hear().catch(deaf) })
  listener.on('close', () => { hears = false })
  sender.on('ready', look)
  for (const client of [sender, listener]) client.on('error', (error) => { reason = reasonOf(error) }).on('close', () => { tell(false) })
  listener.on('message', (_channel, text: string) => {
    const parts = partsOf(text)
    if (parts === null || parts[0] === nodeId) return
    observer.message('received')
    local.publish(parts[1], parts[2])
  })
  const lose = (): void => { observer.message('lost') }
  return {
    bus: {
      publish: (topic, message) => {
        own.publish(topic, message)
        if (sender.status !== 'ready' || waiting >= WAITING_MAX) {
          lose()
          return
        }
        waiting++
        sender.publish(channel, JSON.stringify([nodeId, topic, message])).then(() => { observer.message('sent') }, lose).finally(() => { waiting-- })
      },
      subscribe: local.subscribe,
    },
    close: () => {
      isOver = true
      for (const client of [sender, listener]) client.disconnect()
    },
  }
}

type Parts = readonly [nodeId: string, topic: string, message: string]

/** Null for what no process of ours has sent. */
function partsOf (text: string): Parts | null {
  try {
    const parts = JSON.parse(text) as unknown
    return Array.isArray(parts) && parts.length === 3 && parts.every((part) => typeof part === 'string') ? parts as unknown as Parts : null
  } catch {
    return null
  }
}

function reasonOf (error: Error): string {
  return String((error as NodeJS.ErrnoException).code ?? error.name)
}
