import type { Decision } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import { isPayerDone } from '#domain/payments/follow-up.js'
import type { Lease } from '#domain/lease.js'
import { isCaptured, isTaken, ownDisputes, takenAmount, type Dispute, type Payment, type PaymentFlag, type Refund } from '#domain/payments/payment.js'
import { isGuessedFailure, reservedAmount } from '#domain/payments/refund.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { PaymentStore, Update, UpdateOptions } from '#application/ports/payment-store.js'
import { isWanted, type Charge } from './bank-records.js'
import { momentOf, violate, type Context } from './context.js'

/** No clock is further ahead of the world. */
export const SKEW_MS = 1500

const FIXED = ['orderId', 'userId', 'sellerId', 'amount', 'currency', 'provider', 'createdAt', 'fingerprint'] as const

/** The store itself, with a look at each payment that is written: what must never be is found in the moment in which it comes to be. */
export function watched (payments: PaymentStore, context: () => Context): PaymentStore {
  const update = async (paymentId: string, change: (payment: Payment) => Decision, options: UpdateOptions = {}): Promise<Update> => {
    const seen: Payment[] = []
    // Other stores begin with what the caller knows, and run the rule again where that is out of date: it has to bear that.
    if (options.known !== undefined && context().random.chance(0.2)) runFor(change, options.known)
    const result = await payments.update(paymentId, (current) => {
      seen.push(current)
      return change(current)
    }, options)
    const before = seen.at(-1)
    if (options.webhookEvent !== undefined && !result.duplicate) checkEffect(context(), options.webhookEvent, result.payment)
    if (before !== undefined) checkAsk(context(), before, result.payment)
    if (before !== undefined && result.payment !== before) checkStep(context(), before, result.payment)
    return result
  }

  return new Proxy(payments, {
    get (target, name) {
      if (name === 'update') return update
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) as unknown : value
    },
  })
}

/** Runs a rule for what may be out of date. */
export function runFor<T> (change: (known: T) => unknown, known: T): void {
  try {
    change(known)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
  }
}

function checkEffect (context: Context, { eventKey, fact }: WebhookEvent, { paymentId }: Payment): void {
  if (context.ledger.effects.has(eventKey)) violate(context, 'news takes its effect once', eventKey)
  context.ledger.effects.add(eventKey)
  if (fact !== null && fact !== 'ask' && (fact.kind === 'processing' || fact.kind === 'succeeded')) learn(context, paymentId)
}

function learn ({ ledger, scheduler }: Context, paymentId: string): void {
  if (!ledger.paid.has(paymentId)) ledger.paid.set(paymentId, scheduler.now)
}

export function asksPayer ({ status, nextAction }: Payment): boolean {
  return status === 'requires_action' || nextAction?.type === 'redirect'
}

/** What a payer is asked once the service has learnt that they have paid. */
function checkAsk (context: Context, before: Payment, after: Payment): void {
  if ([before, after].some((payment) => isTaken(payment) || isPayerDone(payment))) learn(context, after.paymentId)
  if (context.ledger.paid.has(after.paymentId) && asksPayer(after)) {
    violate(context, 'no one who has paid is asked to act', `${after.paymentId}: ${before.status} → ${after.status} in version ${after.version}`)
  }
}

function checkStep (context: Context, before: Payment, after: Payment): void {
  const step = `${after.paymentId} ${before.version} → ${after.version}, ${before.status} → ${after.status}`
  if (after.version !== before.version + 1 || after.updatedAt < before.updatedAt) violate(context, 'each change builds on the one before', step)
  for (const name of FIXED) if (after[name] !== before[name]) violate(context, 'what is final stays as it is', `${step}: ${name}`)
  if (isCaptured(before) && !isCaptured(after)) violate(context, 'what is final stays as it is', `${step}: the capture is gone`)
  if (before.status !== after.status && (before.status === 'failed' || before.status === 'canceled') && !isCaptured(after)) violate(context, 'what is final stays as it is', step)
  if (!before.flags.every((flag) => after.flags.includes(flag) || isDecided(after, flag))) violate(context, 'what is final stays as it is', `${step}: a flag is gone`)
  if (!keepsCauses(before, after)) violate(context, 'what is final stays as it is', `${step}: a cause or a decision is gone`)
  for (const refund of before.refunds) checkRefundStep(context, step, refund, after.refunds.find(({ refundId }) => refundId === refund.refundId))
  for (const dispute of before.disputes) {
    const next = after.disputes.find(({ disputeId }) => disputeId === dispute.disputeId)
    if (next === undefined || isUndone(dispute, next)) violate(context, 'what is final stays as it is', `${step}: dispute ${dispute.disputeId}`)
  }
  for (const dispute of after.disputes) {
    const known = before.disputes.find(({ disputeId }) => disputeId === dispute.disputeId)
    if (dispute.charge === null && known?.status !== dispute.status) context.ledger.ends.push({ ...dispute, currency: after.currency })
  }
  checkAmounts(context, after)
  checkReservation(context, before, after)
  checkLease(context, step, before.lease, after.lease)
  for (const { refundId, lease } of before.refunds) checkLease(context, step, lease, after.refunds.find((refund) => refund.refundId === refundId)?.lease ?? lease)
  checkWord(context, before, after)
}

/** Whether a person is told, or has decided since. */
export function isFlagged (payment: Payment, flag: PaymentFlag): boolean {
  return payment.flags.includes(flag) || isDecided(payment, flag)
}

/** A flag goes away once a person has decided all of its causes. */
export function isDecided ({ causes }: Payment, flag: PaymentFlag): boolean {
  const ofFlag = causes.filter((cause) => cause.flag === flag)
  return ofFlag.length > 0 && ofFlag.every(({ decision }) => decision !== null)
}

/** A person has accepted another amount than that of the order. */
export function isAccepted ({ causes }: Payment): boolean {
  return causes.some(({ flag, decision }) => flag === 'amount_mismatch' && decision === 'accept')
}

/** Causes stay, with what was decided of them. */
export function keepsCauses (before: Payment, after: Payment): boolean {
  return before.causes.every(({ flag, reference, amount, decision }) => after.causes.some((cause) =>
    cause.flag === flag && cause.reference === reference && cause.amount === amount && (decision === null || cause.decision === decision)))
}

/** A dispute turns at a later word alone. */
function isUndone (before: Dispute, after: Dispute): boolean {
  if (before.status === after.status || before.status === 'open' || before.status === 'warning') return false
  return before.at === null || after.at === null || after.at <= before.at
}

function checkRefundStep (context: Context, step: string, before: Refund, after: Refund | undefined): void {
  const isUndone = after === undefined || after.amount !== before.amount || (before.status === 'failed' && after.status !== 'failed' && !isGuessedFailure(before)) ||
    (before.status === 'succeeded' && after.status === 'pending')
  if (isUndone) violate(context, 'what is final stays as it is', `${step}: refund ${before.refundId} ${before.status} → ${after?.status ?? 'gone'}`)
}

/** What was given back in the dashboard, or though a person took it for not made, may meet a refund that is reserved here: the provider refuses one of them. */
function checkAmounts (context: Context, payment: Payment): void {
  const own = payment.refunds.filter(({ charge }) => charge === null)
  const doubted = context.banks.flatMap((bank) => bank.refundsOf(payment.paymentId)).filter(({ isDoubted }) => isDoubted).map(({ refundId }) => refundId)
  const ours = own.filter(({ refundId, origin, status }) => origin === 'service' && status !== 'failed' && !doubted.includes(refundId)).reduce((sum, { amount }) => sum + amount, 0)
  const succeeded = own.filter(({ status }) => status === 'succeeded').reduce((sum, { amount }) => sum + amount, 0)
  if (succeeded !== payment.refundedAmount || ours > takenAmount(payment)) {
    violate(context, 'refunded and reserved are never more than captured', `${payment.paymentId}: ${payment.refundedAmount} (${succeeded}) and ${reservedAmount(payment)} of ${takenAmount(payment)}`)
  }
}

/** What is set aside anew has to be there: not lost to a dispute, and not in dispute. */
function checkReservation (context: Context, before: Payment, after: Payment): void {
  if (after.refunds.filter(isOurs).length === before.refunds.filter(isOurs).length) return
  const lost = ownDisputes(before).filter(({ status }) => status === 'lost').reduce((sum, { amount }) => sum + amount, 0)
  const isOpen = ownDisputes(before).some(({ status }) => status === 'open')
  if (isOpen || after.refundedAmount + reservedAmount(after) + lost > takenAmount(after)) {
    violate(context, 'refunded and reserved are never more than captured', `${after.paymentId}: a refund where ${isOpen ? 'a dispute is open' : `${lost} are lost`}`)
  }
}

function isOurs ({ origin }: Refund): boolean {
  return origin === 'service'
}

/** Whoever takes over waits until the lease is over, as far as his clock can tell, and nobody ends it while its owner has the provider charge. */
export function checkLease (context: Context, step: string, before: Lease, after: Lease): void {
  if (before.until === null || before.until <= momentOf(context, SKEW_MS)) return
  const isTaken = after.epoch !== before.epoch || after.owner !== before.owner
  const isEnded = after.until === null && context.charging.has(before.owner)
  if (isTaken || isEnded) violate(context, 'a lease in force is left to its owner', `${step}: ${before.owner} until ${before.until}`)
}

/** What a charge captures: nothing where another amount was taken that no person has accepted. */
export function capturedOf (charge: Charge, payment: Payment): number {
  if (isWanted(charge, payment)) return charge.amount
  return isAccepted(payment) && charge.reference === payment.taken?.reference ? charge.charged : 0
}

/** Nobody may guess: a new state has to be one that the provider knows, or that a person has found where no provider said anything. */
function checkWord (context: Context, before: Payment, after: Payment): void {
  const bank = context.banks.find(({ provider }) => provider === after.provider)
  const states = bank?.statesOf(after.paymentId) ?? new Set()
  const told = isTaken(after) ? 'succeeded' : after.status
  const isByPerson = after.failure?.code === 'ended_by_person' && isFlagged(before, 'outcome_unknown')
  if (told !== 'pending' && before.status !== after.status && !states.has(told) && !isByPerson) {
    violate(context, 'nothing is recorded that the provider has not said', `${after.paymentId} is ${told}, the provider knows ${[...states].join() || 'nothing'}`)
  }
  const isPaidInFull = bank?.chargesOf(after.paymentId).some((charge) => charge.states.has('succeeded') && capturedOf(charge, after) === after.capturedAmount) === true
  if (isCaptured(after) && !isCaptured(before) && !isPaidInFull) {
    violate(context, 'nothing is recorded that the provider has not said', `${after.paymentId} took ${after.capturedAmount} ${after.currency}, the provider another amount`)
  }
  for (const refund of after.refunds) {
    const { refundId, reference, origin, status } = refund
    if (status === 'pending' || before.refunds.some((one) => one.refundId === refundId && one.status === status)) continue
    const known = bank?.refundsOf(after.paymentId).filter((one) => origin === 'service' ? one.refundId === refundId : one.reference === reference) ?? []
    const said = known.flatMap((one) => [...one.states])
    const isDoubted = isGuessedFailure(refund) && known.some((one) => one.isDoubted)
    if (!said.includes(status) && !isDoubted) violate(context, 'nothing is recorded that the provider has not said', `${refundId} is ${status}, the provider knows ${said.join() || 'nothing'}`)
  }
}
