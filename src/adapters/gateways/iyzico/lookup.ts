import type { LookupAnswer } from '#application/ports/payment-gateway.js'
import { isPayerDone } from '#domain/payments/follow-up.js'
import { isTaken, type Payment } from '#domain/payments/payment.js'
import type { ChargeFact, ReportedFact } from '#domain/payments/payment-fact.js'
import { settleAll } from '#domain/payments/settlement.js'
import { formOutcome, type Iyzico, isIyzicoPaymentId, paymentOutcome } from './charge.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { isAllReported, isClosed } from './page-time.js'
import { reported, type Attempt, type Report } from './report.js'
import { refundFacts, unmadeRefunds } from './refund-facts.js'

/** One success settles a payment; a second one flags it for a person. */
const SUCCESSES_MAX = 2

/**
 * Everything that iyzico knows of a payment, in at most four calls. While the payment waits for its payer, its reference is the token
 * of the page, and the outcome of the page counts. Otherwise, and where the page was left, reporting finds the payment by our
 * reference; because reports are not signed, the look-up then reads each charge in a signed answer.
 * @throws NoAnswer
 */
export async function lookUp (iyzico: Iyzico, payment: Payment): Promise<LookupAnswer> {
  const { providerReference: reference } = payment
  if (reference === null || isIyzicoPaymentId(reference)) return await lookUpReport(iyzico, payment, isAllReported)
  const { fact, tried, answer } = await formOutcome(iyzico, payment, reference)
  // The page itself knows at once that no attempt was made on it. How an attempt ended may be known later.
  const isOver = tried ? isAllReported : isClosed
  return fact.kind === 'open' && isOver(answer, payment) ? await lookUpReport(iyzico, payment, isOver) : { kind: 'found', facts: [fact] }
}

async function lookUpReport (iyzico: Iyzico, payment: Payment, isOver: typeof isAllReported): Promise<LookupAnswer> {
  const { paymentId, providerReference: reference } = payment
  const report = await reported(iyzico, paymentId)
  const { attempts, answer } = report
  if (attempts.some(isPaid)) return { kind: 'found', facts: await factsOf(iyzico, payment, report) }
  // A payment with an id of iyzico exists, even where reporting does not show it.
  const isMissing = reference !== null && isIyzicoPaymentId(reference) && attempts.length === 0
  if (isMissing) throw new NoAnswer('the report of iyzico does not show the payment')
  if (isLeft()) return { kind: 'found', facts: [{ kind: 'canceled', reference }] }
  // Without a token, no payer has seen a page.
  if (reference === null && attempts.length === 0) return { kind: 'not_found' }
  const [attempt] = [...attempts.filter(({ status }) => status === 'on_its_way'), ...attempts].filter(({ id }) => isIyzicoPaymentId(id))
  if (attempt === undefined) throw new NoAnswer('the report of iyzico does not show the payment')
  // The payer may try again on the page after a failure, so no attempt without success is final.
  return { kind: 'found', facts: [{ kind: attempt.status === 'on_its_way' ? 'processing' : 'open', reference: attempt.id }] }

  /** Whether no one can pay any more. A payment whose payer has done their part does not end by time. */
  function isLeft (): boolean {
    if (attempts.length === 0) return isOver(answer, payment) && !isPayerDone(payment)
    return isAllReported(answer, payment) && attempts.every(({ status }) => status === 'given_up')
  }
}

function isPaid ({ status }: Attempt): boolean {
  return status === 'paid'
}

async function factsOf (iyzico: Iyzico, payment: Payment, { attempts, answer }: Report): Promise<ReportedFact[]> {
  const paid = attempts.filter(isPaid)
  const unheard = isTaken(payment) ? paid.filter(({ id }) => id !== payment.providerReference) : paid
  const charges: ChargeFact[] = []
  for (const { id } of unheard.slice(0, SUCCESSES_MAX)) charges.push(await paymentOutcome(iyzico, payment, id))
  const taken = isTaken(payment) ? payment : settleAll(payment, charges, payment.updatedAt).payment
  return isTaken(taken) ? [...charges, ...paid.flatMap((attempt) => refundFacts(taken, attempt)), ...unmadeRefunds(taken, paid, answer)] : charges
}
