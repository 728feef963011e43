import type { Server } from 'node:http'
import { setImmediate, setTimeout } from 'node:timers/promises'

/** How long a connection may be idle once the service stops. */
const IDLE_MAX_MS = 500
/** How long nobody has to come before the door is closed. */
const QUIET_MS = 100
/** Work of a moment: a piece of an export takes far longer. */
const QUICK_TURN_MS = 0.5
/** Who calls without end is not taken in without end. */
const ACCEPT_MAX_MS = 1000

/**
 * Takes no more connections, and loses none of those that are made. Call it before anything tells clients to connect anew. Resolves once
 * the listening socket is closed; connections live on until they have been answered, and for a moment after.
 */
export async function stopListening (server: Server): Promise<void> {
  if (!server.listening) return
  closeIdleLater(server)
  // What the kernel has taken in is accepted one a turn of the event loop, and what it takes in after the last look is dropped with the
  // listening socket: that look has to fall into a quiet time, and the close has to follow at once.
  let accepted = 0
  server.on('connection', () => { accepted++ })
  const end = performance.now() + ACCEPT_MAX_MS
  for (let isQuiet = false; !isQuiet && performance.now() < end;) {
    const before = accepted
    await setTimeout(QUIET_MS)
    const begin = performance.now()
    await setImmediate()
    isQuiet = accepted === before && performance.now() - begin < QUICK_TURN_MS
  }
  server.close()
  // Who is answered from here on was promised more when the request came, and would be waited for that long.
  server.keepAliveTimeout = IDLE_MAX_MS
}

/**
 * Were idle connections closed at once, a request that is on its way on one of them would be lost. Each request that comes from here on
 * ends its connection, and the client hears of it; who has been answered before may still send one more.
 */
function closeIdleLater (server: Server): void {
  const closeIdle = server.closeIdleConnections.bind(server)
  server.closeIdleConnections = () => { setTimeout(IDLE_MAX_MS, undefined, { ref: false }).then(closeIdle, () => {}) }
}
