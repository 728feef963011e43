import { type Bindings, type Logger, type LoggerOptions, pino } from 'pino'
import { clock } from '#adapters/system/system.js'
import { withoutCardNumbers } from '#domain/card-number.js'
import type { Occurrence } from '#domain/error-log/occurrence.js'
import { occurrenceOf } from './occurrences.js'
import { currentIds } from './tracing.js'

export interface LogOptions {
  readonly level: string
  /** Values that must never appear in a line. */
  readonly secrets: readonly string[]
  readonly write: (line: string) => void
  /** Hears of each line from `error` on, without secrets, and answers the id of the error, which the line gets. */
  readonly onError?: (occurrence: Occurrence) => string
}

/** Logs JSON lines with the time in ISO 8601, and the ids of the trace that they belong to. From `error` on, a line has the id of its error. */
export function makeLogger ({ level, secrets, write, onError }: LogOptions): Logger {
  const redact = makeRedactor(secrets)
  return pino({
    level,
    timestamp: () => `,"time":"${clock()}"`,
    redact: { paths: REDACTED_PATHS, censor: CENSORED },
    mixin: currentIds,
    hooks: onError === undefined ? {} : { logMethod: withErrorIds(redact, onError) },
  }, { write: (line) => { write(redact(line)) } })
}

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>

function withErrorIds (redact: (line: string) => string, onError: (occurrence: Occurrence) => string): LogMethod {
  return function log (args, method, level) {
    Reflect.apply(method, this, level < ERROR ? args : withErrorId(args, this.bindings()))
  }

  function withErrorId ([given, ...rest]: readonly unknown[], bindings: Bindings): unknown[] {
    const fields = typeof given === 'object' ? given instanceof Error ? { err: given } : { ...given } : {}
    const text = typeof given === 'object' ? rest : [given, ...rest]
    const errorId = onError(JSON.parse(redact(JSON.stringify(occurrenceOf(fields, text[0], bindings)))) as Occurrence)
    return [{ ...fields, errorId }, ...text]
  }
}

/** The number of the level from which on a line is about an error. */
const ERROR = 50

const CENSORED = '[redacted]'

/** Properties that may hold a secret or a person's text, in any logged object. */
export const REDACTED_PATHS = ['authorization', 'cookie', 'x-admin-token', 'password', 'token', 'secret', 'metadata', 'body']
  .flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`])

/** The forms of tokens, signing secrets and API keys. */
const SECRET_SHAPES = /\beyJ[\w-]+\.[\w-]+\.[\w-]*|\bwhsec_[A-Za-z0-9+/=]+|\b(?:sk|rk|pk)_(?:live|test)_\w+|\bses_[\w-]+\.[\w-]+\.[\w-]+|\bBearer [\w.~+/-]+=*/g

/**
 * Removes secrets from a line of JSON by value, in messages and stacks of errors too: a list of paths can miss a property, but a value
 * with the form of a token or a card number is removed wherever it is.
 */
export function makeRedactor (secrets: readonly string[]): (line: string) => string {
  // In the form that they have inside a JSON text.
  const known = secrets.map((secret) => JSON.stringify(secret).slice(1, -1))
  return (line) => {
    let clean = line.replace(SECRET_SHAPES, CENSORED)
    for (const secret of known) clean = clean.replaceAll(secret, CENSORED)
    // Nines keep a number a number, so that the line stays JSON.
    return withoutCardNumbers(clean)
  }
}
