import { makeCompletePayment, type CompletionPorts } from './complete-payment.js'
import { allSettledOrThrow } from '../settled.js'

/** Payments that are looked at in one piece of the work, all at once. */
const PAYMENTS_AT_ONCE = 16

/**
 * Completes payments that are due: a bounded piece of the work. Answers whether there may be more at once.
 *
 * @throws store_unavailable; one payment that fails does not keep the others from being completed, and is due again when its lease is over
 */
export function makeCompletePayments (ports: CompletionPorts) {
  const completePayment = makeCompletePayment(ports)

  return async function completePayments (): Promise<boolean> {
    const due = await ports.payments.due(ports.clock(), PAYMENTS_AT_ONCE)
    const completions = await allSettledOrThrow(due.map(async (payment) => await completePayment(payment, 'due')))
    return completions.some(({ asked }) => asked)
  }
}
