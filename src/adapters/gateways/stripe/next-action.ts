import type Stripe from 'stripe'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { NextAction } from '#domain/payments/payment.js'
import type { Timestamp } from '#domain/time.js'
import { NoAnswer } from '#adapters/exchange/http.js'

/** What the payer takes along to a counter or to their bank: they have done their part here, and the money comes in days. */
const VOUCHERS: ReadonlySet<string> = new Set([
  'boleto_display_details', 'konbini_display_details', 'multibanco_display_details', 'oxxo_display_details', 'display_bank_transfer_instructions',
])

/** The members of a next step that are read here. Each step has one address at most, under a name of its own. */
interface Step {
  readonly url?: unknown
  readonly hosted_voucher_url?: unknown
  readonly hosted_instructions_url?: unknown
  readonly hosted_verification_url?: unknown
  readonly expires_at?: unknown
  readonly expires_after?: unknown
}

/** The fact of an intent whose payer has a next step. @throws NoAnswer */
export function nextStepFact ({ id: reference, next_action: next }: Stripe.PaymentIntent): ChargeFact {
  const type = String(next?.type)
  const step = (next as unknown as Readonly<Record<string, Step>> | null)?.[type] ?? {}
  const url = step.url ?? step.hosted_voucher_url ?? step.hosted_instructions_url ?? step.hosted_verification_url ?? null
  const end = step.expires_at ?? step.expires_after
  if (VOUCHERS.has(type)) return { kind: 'processing', reference, ...(url !== null && { nextAction: nextAction('voucher', url, end) }) }
  return url === null ? { kind: 'open', reference } : { kind: 'requires_action', reference, nextAction: nextAction('redirect', url, end) }
}

/** @throws NoAnswer for an address that is not safe */
export function nextAction (type: NextAction['type'], url: unknown, end: unknown): NextAction {
  if (typeof url !== 'string' || !URL.canParse(url) || new URL(url).protocol !== 'https:') throw new NoAnswer('Stripe gave no address for the payer')
  const expiresAt = timeOf(end)
  return { type, url, ...(expiresAt !== null && { expiresAt }) }
}

const SECONDS_MAX = 8_640_000_000_000

/** A time of Stripe, which counts seconds since 1970; null where it gives none. */
export function timeOf (seconds: unknown): Timestamp | null {
  return Number.isSafeInteger(seconds) && Math.abs(Number(seconds)) <= SECONDS_MAX ? new Date(Number(seconds) * 1000).toISOString() : null
}
