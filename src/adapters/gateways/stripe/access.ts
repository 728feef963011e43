import type Stripe from 'stripe'
import type { AccessAnswer } from '#application/ports/payment-gateway.js'
import { NotTaken } from '#adapters/exchange/http.js'
import { ask } from './client.js'

/** No payment has this id. */
const NO_INTENT = 'pi_none'

/** Reads a payment that is not there: Stripe says so to those alone whose key may read payments. @throws NoAnswer, NotTaken */
export async function checkAccess (stripe: Stripe): Promise<AccessAnswer> {
  const answer = await ask(async () => await stripe.paymentIntents.retrieve(NO_INTENT))
  if (!('refused' in answer) || answer.refused.code === 'resource_missing') return { kind: 'accepted' }
  throw new NotTaken(`Stripe refused to look for a payment, with code ${answer.refused.code}`, 'request', answer.refused.code)
}
