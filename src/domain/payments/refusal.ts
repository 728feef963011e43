import type { ChargeFact } from './payment-fact.js'
import type { Payment } from './payment.js'

const PROVIDER_REFUSED = 'provider_refused'

/**
 * The end of a charge whose request the provider has not taken, because of our key or of what we sent. It is no decline: nothing was
 * charged, and no payer is asked for another card.
 *
 * @param code the provider's
 */
export function refusedCharge (code: string, reference: string | null): ChargeFact {
  return { kind: 'canceled', reference, failure: { code: PROVIDER_REFUSED, message: `the payment provider did not take the request (${code}); nothing was charged` } }
}

export function isRefusedByProvider ({ status, failure }: Payment): boolean {
  return status === 'canceled' && failure?.code === PROVIDER_REFUSED
}
