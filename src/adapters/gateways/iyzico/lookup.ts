import type { LookupAnswer } from '#application/ports/payment-gateway.js'
import { isCaptured, type Payment } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { formOutcome, isIyzicoPaymentId, paymentOutcome } from './charge.js'
import type { Client } from './client.js'
import { textOf, type Fields } from './fields.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'
import { isAllReported } from './page.js'
import { isGivenUp, isPaid, refundFacts, reported } from './report.js'

/** The success that settles a payment, and one more that makes a person look. */
const SUCCESSES_MAX = 2

/**
 * All that iyzico knows of a payment. While it waits for its payer, its reference is the token of the page, and the page's
 * outcome the truth. Else, and where a page has been left for good, reporting finds it by our own reference, and what it says
 * of a charge is asked for again in an answer that is signed. Four calls at most.
 * @throws NoAnswer
 */
export async function lookUp (client: Client, payment: Payment): Promise<LookupAnswer> {
  const { providerReference: reference } = payment
  if (reference === null || isIyzicoPaymentId(reference)) return await lookUpReport(client, payment)
  const { fact, answer } = await formOutcome(client, payment, reference)
  const isLeft = fact.kind === 'processing' && isAllReported(answer, payment)
  return isLeft ? await lookUpReport(client, payment) : { kind: 'found', facts: [fact] }
}

async function lookUpReport (client: Client, payment: Payment): Promise<LookupAnswer> {
  const { paymentId, providerReference: reference } = payment
  const { attempts, answer } = await reported(client, paymentId)
  const paid = attempts.filter(isPaid)
  if (paid.length > 0) return { kind: 'found', facts: await factsOf(client, payment, paid) }
  // What iyzico has given an id of its own is there, even where reporting does not show it.
  const isMissing = reference !== null && isIyzicoPaymentId(reference) && attempts.length === 0
  if (isMissing) throw new NoAnswer('the report of iyzico does not show the payment')
  if (isAllReported(answer, payment) && attempts.every(isGivenUp)) return { kind: 'found', facts: [{ kind: 'canceled', reference }] }
  // As long as we hold no token, nobody has been told of a page to pay on.
  if (reference === null && attempts.length === 0) return { kind: 'not_found' }
  // A page may be tried again after a failure: until somebody has paid, nothing about it is final.
  const [attempt] = attempts.map((one) => textOf(one, 'paymentId')).filter(isIyzicoPaymentId)
  if (attempt === undefined) throw new NoAnswer('the report of iyzico does not show the payment')
  return { kind: 'found', facts: [{ kind: 'processing', reference: attempt }] }
}

async function factsOf (client: Client, payment: Payment, paid: readonly Fields[]): Promise<PaymentFact[]> {
  const facts: PaymentFact[] = []
  for (const attempt of paid.filter((one) => !isKnown(one)).slice(0, SUCCESSES_MAX)) {
    facts.push(await paymentOutcome(client, payment, textOf(attempt, 'paymentId')))
  }
  // What was given back of a second charge is no refund of the first.
  const own = isCaptured(payment) ? paid.filter(isKnown) : paid.slice(0, 1)
  return [...facts, ...own.flatMap((attempt) => refundFacts(attempt, payment))]

  function isKnown (attempt: Fields): boolean {
    return isCaptured(payment) && textOf(attempt, 'paymentId') === payment.providerReference
  }
}
