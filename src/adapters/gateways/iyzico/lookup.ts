import type { LookupAnswer } from '../../../application/ports/payment-gateway.js'
import { isCaptured, type Payment } from '../../../domain/payment.js'
import type { PaymentFact } from '../../../domain/payment-fact.js'
import { formOutcome, isIyzicoPaymentId, paymentOutcome } from './charge.js'
import type { Client } from './client.js'
import { textOf, type Fields } from './fields.js'
import { NoAnswer } from './no-answer.js'
import { isPaid, refundFacts, reported } from './report.js'

/** The success that settles a payment, and one more that makes a person look. */
const SUCCESSES_MAX = 2

/**
 * All that iyzico knows of a payment. While it waits for its payer, its reference is the token of the page, and the page's
 * outcome the truth. Else reporting finds it by our own reference, and what it says of a charge is asked for again in an
 * answer that is signed. Three calls at most.
 * @throws NoAnswer
 */
export async function lookUp (client: Client, payment: Payment): Promise<LookupAnswer> {
  const { paymentId, providerReference: reference } = payment
  if (reference !== null && !isIyzicoPaymentId(reference)) return { kind: 'found', facts: [await formOutcome(client, payment, reference)] }
  const attempts = await reported(client, paymentId)
  const paid = attempts.filter(isPaid)
  if (paid.length > 0) return { kind: 'found', facts: await factsOf(client, payment, paid) }
  // A page may be tried again after a failure: until somebody has paid, nothing about it is final.
  const attempt = attempts.map((one) => textOf(one, 'paymentId')).find(isIyzicoPaymentId)
  if (attempt !== undefined) return { kind: 'found', facts: [{ kind: 'processing', reference: attempt }] }
  // Reporting runs late; but as long as we hold no token, nobody has been told of a page to pay on.
  if (reference === null && attempts.length === 0) return { kind: 'not_found' }
  throw new NoAnswer('the report of iyzico does not show the payment')
}

async function factsOf (client: Client, payment: Payment, paid: readonly Fields[]): Promise<PaymentFact[]> {
  const facts: PaymentFact[] = []
  for (const attempt of paid.filter((one) => !isKnown(one)).slice(0, SUCCESSES_MAX)) {
    facts.push(await paymentOutcome(client, payment, textOf(attempt, 'paymentId')))
  }
  // What was given back of a second charge is no refund of the first.
  const own = paid.filter(isKnown).concat(paid).slice(0, 1)
  return [...facts, ...own.flatMap((attempt) => refundFacts(attempt, payment))]

  function isKnown (attempt: Fields): boolean {
    return isCaptured(payment) && textOf(attempt, 'paymentId') === payment.providerReference
  }
}
