import { containsCardNumber } from '#domain/card-number.js'

const CENSORED = '[redacted]'

/** Names under which a secret or a text of a person would stand, whatever object is logged. */
export const REDACTED_PATHS = ['authorization', 'cookie', 'x-admin-token', 'password', 'token', 'secret', 'metadata', 'body']
  .flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`])

/** Tokens, signing secrets and API keys, by what they look like. */
const SECRET_SHAPES = /\beyJ[\w-]+\.[\w-]+\.[\w-]*|\bwhsec_[A-Za-z0-9+/=]+|\b(?:sk|rk|pk)_(?:live|test)_\w+|\bses_[\w-]+\.[\w-]+\.[\w-]+|\bBearer [\w.~+/-]+=*/g
const LONG_DIGITS = /\d(?:[ -]?\d){12,}/g

/**
 * Takes secrets out of a line of JSON by value: a name can be forgotten in a list of paths,
 * but what looks like a token or a card number is gone wherever it stands, messages and stacks of errors included.
 */
export function makeRedactor (secrets: readonly string[]): (line: string) => string {
  // As they stand inside a JSON text.
  const known = secrets.map((secret) => JSON.stringify(secret).slice(1, -1))
  return (line) => {
    let clean = line.replace(SECRET_SHAPES, CENSORED)
    for (const secret of known) clean = clean.replaceAll(secret, CENSORED)
    // Nines instead of digits, because the run may be a bare number and the line has to stay JSON.
    return clean.replace(LONG_DIGITS, (digits) => containsCardNumber(digits) ? digits.replace(/\d/g, '9') : digits)
  }
}
