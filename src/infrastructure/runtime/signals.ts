/** The exit code of a process that a signal ended, as shells count. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Ends the process on SIGINT and SIGTERM. A program calls it first, and loads the rest after it: as PID 1 of a container it would ignore
 * signals that it does not handle.
 */
export function endOnSignals (): void {
  for (const signal of SIGNALS) process.on(signal, end)
}

/** From now on the caller alone handles SIGINT and SIGTERM. */
export function takeSignals (): void {
  for (const signal of SIGNALS) process.off(signal, end)
}

function end (signal: keyof typeof CODES): void {
  process.exit(CODES[signal])
}
