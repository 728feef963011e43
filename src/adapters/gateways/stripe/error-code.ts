/**
 * What an error of Stripe says about what was asked. `declined`: the bank, or Stripe's own filters, want no payment.
 * `refused`: the request as such is wrong, and was not carried out. `unknown`: no word on what has happened.
 */
export type ErrorMeaning = 'declined' | 'refused' | 'unknown'

/** Types of errors that are a word on the request. */
const TYPES: Readonly<Record<string, ErrorMeaning>> = {
  card_error: 'declined',
  invalid_request_error: 'refused',
}

/** Statuses with which Stripe speaks about the request at all; 401 and 403 are about our key, and 409 and 429 about the moment. */
const STATUSES: ReadonlySet<number> = new Set([400, 402, 404])

/** Codes that tell of the moment, and not of the request. */
const PASSING: ReadonlySet<string> = new Set(['idempotency_key_in_use', 'lock_timeout', 'rate_limit'])

export function meaningOf (status: number, type: string, code: string): ErrorMeaning {
  if (!STATUSES.has(status) || PASSING.has(code)) return 'unknown'
  return TYPES[type] ?? 'unknown'
}

/** The first of the codes that may be shown and stored. */
export function safeCode (...codes: readonly unknown[]): string {
  return codes.find((code) => typeof code === 'string' && /^[a-z0-9_]{1,64}$/.test(code)) as string | undefined ?? 'no_code'
}
