const FIRST_WAIT_MS = 2000
const LONGEST_WAIT_MS = 60_000
/** A stream that does not begin within so long is given up. */
const BEGIN_MS = 10_000
const REWIND = '50'

/**
 * Follows the events of a room, and comes back behind the last one after each lost connection: with a new ticket, because EventSource would repeat
 * the old one. Each event reaches `on` once.
 *
 * @param {string} path
 * @param {() => Promise<string | null>} ticketOf a fresh ticket; null for a guest
 * @param {{state: (state: 'connecting' | 'open' | 'lost' | 'removed') => void, entries: (page: object) => void, reset: () => void, viewers: (viewers: object) => void}} on
 */
export function follow (path, ticketOf, on) {
  let source = null
  let last = null
  let timer = null
  let waitMs = FIRST_WAIT_MS
  let turn = 0

  function close () {
    turn++
    clearTimeout(timer)
    source?.close()
    source = null
  }

  function later (ms) {
    close()
    on.state('lost')
    timer = setTimeout(open, ms)
  }

  /** Waits longer each time, and not as long as others do, so that all who lost the service do not come back at one moment. */
  function failed () {
    later(waitMs * (0.5 + Math.random() / 2))
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
  }

  async function open () {
    close()
    const mine = turn
    const url = new URL(path, window.location.origin)
    if (last === null) url.searchParams.set('rewind', REWIND)
    else url.searchParams.set('after', last)
    try {
      const ticket = await ticketOf()
      if (mine !== turn) return
      if (ticket !== null) url.searchParams.set('ticket', ticket)
    } catch {
      if (mine === turn) failed()
      return
    }
    timer = setTimeout(failed, BEGIN_MS)
    source = new window.EventSource(url)
    source.onerror = failed
    const listen = (name, handle) => { source.addEventListener(name, (event) => { handle(JSON.parse(event.data), event) }) }
    listen('hello', ({ position }) => {
      clearTimeout(timer)
      waitMs = FIRST_WAIT_MS
      last ??= position
      on.state('open')
    })
    listen('entries', (page) => {
      if (page.page <= Number(last)) return
      last = String(page.page)
      on.entries(page)
    })
    listen('reset', ({ position }) => {
      last = position
      on.reset()
    })
    listen('viewers', on.viewers)
    listen('reconnect', ({ reason, afterMs }) => {
      if (reason !== 'removed') return later(afterMs)
      close()
      on.state('removed')
    })
  }

  // A page that slept, or was off the net, has lost its connection without noticing.
  window.addEventListener('online', open)
  window.addEventListener('pageshow', ({ persisted }) => { if (persisted) open() })
  on.state('connecting')
  open()
}
