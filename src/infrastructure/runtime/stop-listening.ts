import type { Server } from 'node:http'
import { setImmediate, setTimeout } from 'node:timers/promises'

/** The time without requests after which idle connections are closed, and the keep-alive time after that. */
const IDLE_MAX_MS = 500
/** The longest wait for a time without requests. */
const ASK_MAX_MS = 4000
/** The time without new connections after which the listening socket is closed. */
const QUIET_MS = 100
/** The longest turn of an idle event loop. A piece of an export takes far longer. */
const QUICK_TURN_MS = 0.5
/** The longest wait for a time without new connections. */
const ACCEPT_MAX_MS = 3000

/**
 * Accepts no more connections and loses none that a client has made. Call it before anything makes clients reconnect. Resolves once the
 * listening socket is closed; connections live until their requests are answered, and for a moment after. Where other workers listen on the
 * socket, the primary gives them what comes, and nothing waits.
 */
export async function stopListening (server: Server, othersListen = false): Promise<void> {
  if (!server.listening) return
  closeIdleLater(server)
  // Connections in the kernel's queue are accepted one per turn of the event loop, and the close drops those that are left. So the close
  // follows at once on a quiet time, in which the queue was empty.
  let accepted = 0
  server.on('connection', () => { accepted++ })
  const end = performance.now() + ACCEPT_MAX_MS
  for (let isQuiet = othersListen; !isQuiet && performance.now() < end;) {
    const before = accepted
    await setTimeout(QUIET_MS)
    const begin = performance.now()
    await setImmediate()
    isQuiet = accepted === before && performance.now() - begin < QUICK_TURN_MS
  }
  server.close()
}

/**
 * Delays the close of idle connections: a request on its way to one of them would be lost. From now on each answer ends its connection,
 * and the client learns so, but clients that were answered earlier may still send one more request, each on one connection after
 * another. So idle connections are closed once no more requests come.
 */
function closeIdleLater (server: Server): void {
  const closeIdle = server.closeIdleConnections.bind(server)
  let asked = 0
  server.on('request', () => { asked++ })
  const closeWhenQuiet = async (): Promise<void> => {
    const end = performance.now() + ASK_MAX_MS
    for (let before = -1; before !== asked && performance.now() < end;) {
      before = asked
      await setTimeout(IDLE_MAX_MS, undefined, { ref: false })
    }
    closeIdle()
    // Answers that began earlier have promised a longer keep-alive, which the close would wait for.
    server.keepAliveTimeout = IDLE_MAX_MS
  }
  let closing: Promise<void> | null = null
  server.closeIdleConnections = () => { closing ??= closeWhenQuiet() }
}
