/** The most minutes of one entry of a ledger. */
export const MINUTES_MAX = 100_000

/** The minutes that a person typed; null for what is no count of them. */
export function parseMinutes (typed: string): number | null {
  const text = typed.trim()
  const minutes = /^\d{1,6}$/.test(text) ? Number(text) : 0
  return minutes >= 1 && minutes <= MINUTES_MAX ? minutes : null
}

/** What was paid for minutes: nothing, or an amount in a currency; null for what is neither. */
export function paidOf (typed: string, currency: string, parse: (typed: string, currency: string) => number | null): { readonly amount?: number, readonly currency?: string } | null {
  if (typed.trim() === '') return {}
  const amount = /^[A-Z]{3}$/.test(currency) ? parse(typed, currency) : null
  return amount === null ? null : { amount, currency }
}
