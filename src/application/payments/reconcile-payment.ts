import { DomainError } from '#domain/errors.js'
import { isOpen } from '#domain/payments/follow-up.js'
import { isUnderstood, type Payment } from '#domain/payments/payment.js'
import { isManual, settleAll } from '#domain/payments/settlement.js'
import { makeCompletePayment, type Completion, type CompletionPorts } from './complete-payments.js'
import { gatewayOf } from './gateways.js'
import { lookUp } from './provider-call.js'

/**
 * Asks the provider now, outside of the schedule, what it knows of a payment: of what is open, as a follow-up does, and of a settled
 * payment what happened at the provider since. Requests that ask about one payment at the same time share one answer.
 */
export function makeAskPayment (ports: CompletionPorts) {
  const completePayment = makeCompletePayment(ports)
  const asking = new Map<string, Promise<Completion>>()

  return async function askPayment (known: Payment): Promise<Completion> {
    const { paymentId } = known
    const running = asking.get(paymentId)
    if (running !== undefined) return await running
    const asked = ask(known)
    asking.set(paymentId, asked)
    try {
      return await asked
    } finally {
      asking.delete(paymentId)
    }
  }

  async function ask (known: Payment): Promise<Completion> {
    return isOpen(known) ? await completePayment(known, 'now') : await askSettled(known)
  }

  /** Needs no lease, because it sends nothing, and facts settle in any order. */
  async function askSettled (known: Payment): Promise<Completion> {
    const gateway = gatewayOf(ports.gateways, known.provider)
    const facts = gateway === null || isManual(known) || !isUnderstood(known) ? null : await lookUp(gateway, known, ports)
    if (facts === null) return { payment: known, asked: false, answered: false }
    const now = ports.clock()
    const { payment } = await ports.payments.update(known.paymentId, (current) => settleAll(current, facts, now), { known })
    return { payment, asked: true, answered: true }
  }
}

/**
 * Asks the provider about a payment now. One whose lease another owner holds, or about which the provider does not answer, is returned
 * as it is.
 *
 * @throws not_found, payment_unreadable
 */
export function makeReconcilePayment (ports: CompletionPorts) {
  const askPayment = makeAskPayment(ports)

  return async function reconcilePayment (paymentId: string): Promise<Payment> {
    const known = await ports.payments.find(paymentId)
    if (known === null) throw new DomainError('not_found', 'there is no such payment')
    return (await askPayment(known)).payment
  }
}
