import type { Server } from 'node:http'
import { setImmediate, setTimeout } from 'node:timers/promises'

/** How long no request has to come, once the service stops, before idle connections are closed; and how long a connection may be idle after that. */
const IDLE_MAX_MS = 500
/** Who asks without end is not waited for without end. */
const ASK_MAX_MS = 4000
/** How long nobody has to come before the door is closed. */
const QUIET_MS = 100
/** Work of a moment: a piece of an export takes far longer. */
const QUICK_TURN_MS = 0.5
/** Who calls without end is not taken in without end. */
const ACCEPT_MAX_MS = 3000

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
}

/**
 * Were idle connections closed at once, a request that is on its way on one of them would be lost. Each request that comes from here on
 * ends its connection, and the client hears of it; who has been answered before may still send one more. A client that had many
 * connections takes them one after another: so they are closed once nobody asks any more.
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
    // Whose answer ends after this was promised more when it began, and would be waited for that long.
    server.keepAliveTimeout = IDLE_MAX_MS
  }
  let closing: Promise<void> | null = null
  server.closeIdleConnections = () => { closing ??= closeWhenQuiet() }
}
