const ECHO_MS = 500

/**
 * Drops the second of two SIGINTs in short order under npm: on Ctrl-C the terminal signals every process of the group, and
 * npm then signals its script again. A program that exits at once on a second Ctrl-C would otherwise not close in order.
 */
export function dropEchoedInterrupts () {
  if (process.env.npm_lifecycle_event === undefined || !process.stdin.isTTY) return
  const emit = process.emit
  let lastAt = -Infinity
  process.emit = function (event, ...args) {
    if (event === 'SIGINT') {
      const isEcho = performance.now() - lastAt < ECHO_MS
      if (isEcho) return true
      lastAt = performance.now()
    }
    return emit.call(this, event, ...args)
  }
}
