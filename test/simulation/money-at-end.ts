import { isTaken, type Payment } from '#domain/payments/payment.js'
import { isWanted } from './bank-records.js'
import type { Bank } from './bank.js'
import { checkBooks } from './books-at-end.js'
import { momentOf, violate, type Context } from './context.js'

interface Quiet extends Context {
  /** News that a person has to look at. */
  readonly parked: ReadonlySet<string>
}

/** Compares, once all is quiet, what is recorded of money with what the providers have moved. */
export async function checkMoney (running: Context, payments: readonly Payment[]): Promise<void> {
  const { items } = await running.store.webhookEvents.list({ state: 'parked', provider: null }, { before: null, limit: 1000 })
  const context: Quiet = { ...running, parked: new Set(items.map(({ eventKey, provider }) => eventKey.slice(provider.length + 1))) }
  const untold = new Set(running.ledger.news.filter(({ eventId }) => context.parked.has(eventId)).map(({ paymentId }) => paymentId))
  for (const payment of payments) {
    const bank = context.banks.find(({ provider }) => provider === payment.provider)
    if (bank === undefined) continue
    checkCharges(context, payment, bank)
    checkRefunds(context, payment, bank)
    checkEnd(context, payment, bank)
    if (!untold.has(payment.paymentId)) checkBooks(context, payment, bank)
  }
  const known = new Set(payments.map(({ paymentId }) => paymentId))
  for (const { charges, disputes } of context.banks) {
    for (const { paymentId, reference } of charges) {
      if (!known.has(paymentId)) violate(context, 'the provider has charged what is recorded as captured', `${reference} belongs to no payment of ours`)
    }
    for (const { disputeId, paymentId, status } of disputes) checkDispute(context, payments.find((payment) => payment.paymentId === paymentId), disputeId, status)
  }
}

function checkCharges (context: Quiet, payment: Payment, bank: Bank): void {
  const { paymentId, capturedAmount, flags } = payment
  const all = bank.chargesOf(paymentId)
  const charges = all.filter(({ isExtra }) => !isExtra)
  // Where the news of one of them is lost, the other is the only one we know.
  const isUntold = all.length > charges.length && !all.some(({ paidBy }) => isUnheard(context, paidBy)) && !flags.includes('duplicate_charge')
  if (isUntold) violate(context, 'news that was acknowledged has its effect', `${paymentId} was paid twice, and is not flagged`)
  if (charges.length > 1) violate(context, 'a payment is charged at most once', `${paymentId} as ${charges.map(({ reference }) => reference).join()}`)
  if (charges.some(({ secondThought }) => isUnheard(context, secondThought))) return
  const taken = charges.filter(({ state }) => state === 'succeeded')
  const wanted = taken.filter((charge) => isWanted(charge, payment)).reduce((sum, { amount }) => sum + amount, 0)
  if (wanted !== capturedAmount) {
    violate(context, 'the provider has charged what is recorded as captured', `${paymentId} (${payment.status} ${flags.join()}): ${wanted} were taken, ${capturedAmount} are recorded`)
  }
  if (taken.some((charge) => !isWanted(charge, payment)) && !flags.includes('amount_mismatch')) {
    violate(context, 'the provider has charged what is recorded as captured', `${paymentId}: another amount was taken, and is not flagged`)
  }
}

/** Nobody asks about what was final: that a provider changed its mind has to reach us by its own news, or lie before a person. */
function isUnheard ({ ledger, parked }: Quiet, secondThought: string | null): boolean {
  return secondThought !== null && (parked.has(secondThought) || !ledger.news.some(({ eventId }) => eventId === secondThought))
}

function checkRefunds (context: Quiet, payment: Payment, bank: Bank): void {
  const { paymentId, refundedAmount } = payment
  const refunds = bank.refundsOf(paymentId).filter(({ charge }) => charge === payment.providerReference)
  const ids = refunds.flatMap(({ refundId }) => refundId ?? [])
  if (new Set(ids).size < ids.length) violate(context, 'a refund is made at most once', `${paymentId}: ${ids.join()}`)
  const unknown = ids.filter((refundId) => !payment.refunds.some((refund) => refund.refundId === refundId))
  const given = refunds.filter(({ state }) => state === 'succeeded').reduce((sum, { amount }) => sum + amount, 0)
  if (refunds.some(({ secondThought }) => isUnheard(context, secondThought))) return
  if (given !== refundedAmount || unknown.length > 0) {
    violate(context, 'the provider has refunded what is recorded as refunded', `${paymentId}: ${given} were given, ${refundedAmount} are recorded ${unknown.join()}`)
  }
}

function checkEnd (context: Context, { paymentId, status, followUp, flags, refunds, lease }: Payment, bank: Bank): void {
  const isOpen = status === 'pending' || status === 'requires_action' || refunds.some((refund) => refund.status === 'pending')
  const isTold = flags.includes('outcome_unknown') || flags.includes('amount_mismatch')
  if (followUp !== null || (isOpen && !isTold)) violate(context, 'everything becomes final or flagged', `${paymentId}: ${status}, to be checked ${followUp?.dueAt ?? 'never'}`)
  if (isOpen && [lease, ...refunds.map((refund) => refund.lease)].some(({ until }) => until !== null && until > momentOf(context))) {
    violate(context, 'everything becomes final or flagged', `${paymentId}: a lease never ends`)
  }
  const isDecided = bank.chargesOf(paymentId).some(({ state }) => state === 'failed' || state === 'canceled')
  if (isDecided && status === 'pending') violate(context, 'everything becomes final or flagged', `${paymentId} is pending, the provider has decided`)
}

/** Disputes come by webhooks alone: they have to be there once their news was acknowledged. */
function checkDispute (context: Quiet, payment: Payment | undefined, disputeId: string, status: string): void {
  const told = context.ledger.news.filter(({ eventId, fact }) => !context.parked.has(eventId) && fact.kind === 'dispute' && fact.disputeId === disputeId)
  const ends = told.filter(({ fact }) => fact.kind === 'dispute' && fact.status === status)
  const recorded = payment?.disputes.find((dispute) => dispute.disputeId === disputeId)
  if (payment === undefined || !isTaken(payment) || told.length === 0) return
  if (recorded === undefined || (ends.length > 0 && recorded.status !== status)) {
    violate(context, 'news that was acknowledged has its effect', `${disputeId} of ${payment.paymentId} is ${status}, and recorded as ${recorded?.status ?? 'nothing'}`)
  }
}
