import type { Timestamp } from '../time.js'
import type { Cause, Payment, PaymentFlag } from './payment.js'

/** What raised a flag. Default: the payment itself. */
export type CauseDraft = Partial<Pick<Cause, 'reference' | 'amount'>>

/** Causes of one payment, so that a provider that repeats itself under new ids cannot fill it. */
export const CAUSES_MAX = 100

/** The payment with the flag and its cause; the same payment when the cause is known. */
export function flagged (payment: Payment, flag: PaymentFlag, now: Timestamp, { reference = null, amount = null }: CauseDraft = {}): Payment {
  const { flags, causes } = payment
  const isKnown = causes.some((cause) => cause.flag === flag && cause.reference === reference && cause.amount === amount)
  // Flags from before causes have none: the payment itself is then the known cause.
  const isEarlier = reference === null && amount === null && flags.includes(flag)
  if (isKnown || isEarlier || (causes.length >= CAUSES_MAX && flags.includes(flag))) return payment
  return {
    ...payment,
    flags: flags.includes(flag) ? flags : [...flags, flag],
    causes: causes.length >= CAUSES_MAX ? causes : [...causes, { flag, reference, amount, at: now, decision: null }],
  }
}
