import type { Caller } from '#domain/accounts/session.js'
import type { Decision } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import { concludeRefund, takeRefund } from '#domain/payments/lease.js'
import type { Payment, Refund } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { withNamedCharge } from '#domain/payments/named-charge.js'
import { findRefund, maySendReserved, requireRefund, reserveRefund } from '#domain/payments/refund.js'
import { isManual, settleAll } from '#domain/payments/settlement.js'
import { isAboveStepUp, type StepUpAmounts } from '#domain/payments/step-up-amount.js'
import type { RequireStepUp } from '../accounts/step-up.js'
import { checkNotInProgress, checkSameRequest } from '../idempotency.js'
import type { Clock, Identity } from '../ports/system.js'
import type { PaymentStore } from '../ports/payment-store.js'
import { requireGateway, type Gateways } from './gateways.js'
import { visiblePayment } from './read-payments.js'
import { askBeforeSending, leaseClaim, lookUp, refundFacts, tellsOfRefund } from './provider-call.js'

export interface RefundPaymentCommand {
  readonly caller: Caller
  readonly paymentId: string
  readonly key: string
  /** Minor units; null refunds everything that is left. */
  readonly amount: number | null
  readonly reason: string | null
  /** The provider's id of the charge. A payment of the earlier application needs it. */
  readonly providerReference?: string | undefined
}

export interface RefundedPayment {
  readonly payment: Payment
  /** `pending` if the provider has not decided, or if the outcome is unknown. */
  readonly refund: Refund
  readonly replayed: boolean
}

export interface RefundPaymentPorts {
  readonly payments: PaymentStore
  readonly gateways: Gateways
  readonly identity: Identity
  readonly clock: Clock
  readonly requireStepUp: RequireStepUp
  /** Above which refunds of one payment the caller sends a code again; null: above none. */
  readonly stepUpAmounts: StepUpAmounts | null
}

/**
 * Refunds once for an idempotency key. The amount is reserved on the payment before the provider is asked.
 *
 * @throws what `reserveRefund` throws; not_found, forbidden, step_up_required, idempotency_key_reused, request_in_progress
 */
export function makeRefundPayment ({ payments, gateways, identity, clock, requireStepUp, stepUpAmounts }: RefundPaymentPorts) {
  return async function refundPayment (command: RefundPaymentCommand): Promise<RefundedPayment> {
    const { caller, paymentId, amount, reason, providerReference } = command
    const payment = visiblePayment(await payments.find(paymentId), caller)
    checkMayRefund(payment, caller)
    if (isManual(payment)) throw new DomainError('payment_not_refundable', 'this payment was recorded by an administrator; no provider can refund it')
    const refundId = identity.derived('re', [paymentId, 'refund', command.key])
    const fingerprint = identity.fingerprint({ amount, reason, ...(providerReference !== undefined && { providerReference }) })
    const claim = leaseClaim(identity.random('lease'), clock())
    // Before the gateway, because a payment of the earlier application may name no provider of ours.
    if (findRefund(payment, refundId) === undefined) {
      withNamedCharge(payment, providerReference)
      if (isAboveStepUp(payment, amount, stepUpAmounts)) await requireStepUp(caller)
    }
    const gateway = requireGateway(gateways, payment.provider)

    const { payment: reserved } = await payments.update(paymentId, reserveOrTake, { known: payment, isStoreOnly: payment.earlier !== null })
    const refund = requireRefund(reserved, refundId)
    if (refund.lease.owner !== claim.owner) {
      checkNotInProgress(refund.lease, claim.now)
      return { payment: reserved, refund, replayed: true }
    }
    const first = refund.lease.epoch === 1
    const settled = await conclude(reserved, first ? await send() : await askBeforeSending(gateway, reserved, tellsOfRefund(refundId), sendAgain, { identity, clock }))
    return { payment: settled, refund: requireRefund(settled, refundId), replayed: !first }

    function reserveOrTake (current: Payment): Decision {
      const taken = findRefund(current, refundId)
      if (taken === undefined) return reserveRefund(current, { refundId, amount, reason, providerReference, fingerprint, ...claim }, claim.now)
      checkSameRequest(taken, fingerprint)
      return takeRefund(current, refundId, claim)
    }

    async function send (): Promise<PaymentFact[]> {
      const answer = await gateway.refund({ payment: reserved, refundId, amount: refund.amount })
      return [...answer.kind === 'failed' ? await behindRefusal() : [], ...refundFacts(refundId, answer)]
    }

    /** What a refusal may come of, and no event has told us: a dispute, or a refund in the provider's dashboard. */
    async function behindRefusal (): Promise<PaymentFact[]> {
      const facts = await lookUp(gateway, reserved, { identity, clock }) ?? []
      return facts.filter((fact) => !tellsOfRefund(refundId)(fact))
    }

    async function sendAgain (facts: readonly PaymentFact[]): Promise<PaymentFact[]> {
      return maySendReserved(settleAll(reserved, facts, clock()).payment) ? [...facts, ...await send()] : [...facts]
    }

    async function conclude (known: Payment, facts: readonly PaymentFact[]): Promise<Payment> {
      const now = clock()
      const update = await payments.update(paymentId,
        (current) => concludeRefund(current, settleAll(current, facts, now), refundId, claim.owner, now), { known })
      return update.payment
    }
  }
}

/** Sellers and administrators refund, and administrators alone what the earlier application has stored. A payer sees the payment but cannot refund it, not even as its seller or as an administrator. */
function checkMayRefund (payment: Payment, { userId, admin }: Caller): void {
  if (payment.userId === userId || (!admin && payment.sellerId !== userId)) {
    throw new DomainError('forbidden', 'only its seller or an administrator can refund a payment, and no one refunds what they paid themselves')
  }
  if (payment.earlier !== null && !admin) throw new DomainError('forbidden', 'only an administrator can refund a payment of the earlier application')
}
