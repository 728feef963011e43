import { pino, type Logger } from 'pino'
import { clock } from '#adapters/system/clock.js'
import { makeRedactor, REDACTED_PATHS } from './redaction.js'

export interface LoggerOptions {
  readonly level: string
  /** Values that may never show. */
  readonly secrets: readonly string[]
  readonly write: (line: string) => void
}

/** JSON lines with the time in ISO 8601. */
export function makeLogger ({ level, secrets, write }: LoggerOptions): Logger {
  const redact = makeRedactor(secrets)
  return pino({
    level,
    timestamp: () => `,"time":"${clock()}"`,
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
  }, { write: (line) => { write(redact(line)) } })
}
