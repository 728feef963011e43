const ECHO_MS = 500

/**
 * On Ctrl-C the terminal tells every process of the group, and npm then tells its script a second time. A program that
 * takes a second Ctrl-C for impatience would break off its orderly end, so under npm the echo of the first is dropped.
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
