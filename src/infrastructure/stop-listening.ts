import type { Server } from 'node:http'
import { setImmediate } from 'node:timers/promises'

/** How long a connection may be idle once the service stops. */
const IDLE_MAX_MS = 500
/** Who calls without end is not taken in without end. */
const ACCEPT_MAX_MS = 1000

/**
 * Takes no more connections, and loses none of those that are made. Call it before anything tells clients to connect anew. Resolves once
 * the listening socket is closed; connections live on until they have been answered, and for a moment after.
 */
export async function stopListening (server: Server): Promise<void> {
  closeIdleLater(server)
  // What the kernel has taken in is accepted one a turn of the event loop, and dropped with the listening socket: the turn must have brought none.
  let accepted = 0
  server.on('connection', () => { accepted++ })
  const end = performance.now() + ACCEPT_MAX_MS
  await setImmediate()
  for (let before = -1; accepted !== before && performance.now() < end;) {
    before = accepted
    await setImmediate()
  }
  server.close()
}

/**
 * Were idle connections closed at once, a request that is on its way on one of them would be lost. Each answer from here on
 * ends its connection, and the client hears of it; who has been answered before may still send one more.
 */
function closeIdleLater (server: Server): void {
  server.keepAliveTimeout = IDLE_MAX_MS
  const closeIdle = server.closeIdleConnections.bind(server)
  server.closeIdleConnections = () => { setTimeout(closeIdle, IDLE_MAX_MS).unref() }
}
