import type { Page } from '#application/ports/page.js'
import type { Caller } from '#domain/accounts/session.js'
import { isCaptured, type Dispute, type Payment, type Refund } from '#domain/payments/payment.js'
import { isGuessedFailure } from '#domain/payments/refund.js'
import { createdKey } from '#domain/time.js'
import { unstored, type Client, type Outcome } from './client.js'
import { violate, type Context } from './context.js'
import { asksPayer, isDecided, keepsCauses } from './watch.js'

const ADMIN: Caller = { userId: null, admin: true }
const PAGE = 3
const PAGES_MAX = 12

/** Gives back a part or all; sometimes two parts at once that are more than all together. */
export async function refund (client: Client): Promise<void> {
  const { context: { random, ledger }, name, count, ask } = client
  if (ledger.payments.length === 0) return
  // The same few payments, so that those who refund meet.
  const payment = ledger.payments[ledger.payments.length - 1 - random.below(Math.min(6, ledger.payments.length))] as Payment
  const { paymentId } = payment
  const once = async (): Promise<void> => {
    const key = `refund-${name}-${count()}`
    const amount = random.pick([null, Math.ceil(payment.amount * 0.6), Math.ceil(payment.amount * 0.3), payment.amount])
    const caller = random.chance(0.5) || payment.sellerId === null ? ADMIN : { userId: payment.sellerId, admin: false }
    const again = async (): Promise<boolean> => {
      const { answer } = await ask(key, async ({ refundPayment }) => await refundPayment({ caller, paymentId, key, amount, reason: null }))
      if (answer === null) return false
      ledger.answered(`refund ${paymentId} ${key}`, answer.refund.refundId)
      ledger.refunds.push({ paymentId, refund: answer.refund })
      return true
    }
    if (!await again() || !random.chance(0.2)) return
    await again()
    // No refund was for so little.
    const { answer } = await ask(`${key} with another amount`, async ({ refundPayment }) => await refundPayment({ caller, paymentId, key, amount: 1, reason: null }))
    if (answer !== null) violate(client.context, 'one key leads to one entity', `${key} was taken for another refund`)
  }
  await Promise.all([once(), ...(random.chance(0.4) ? [once()] : [])])
}

/** Cancels what may be paid at the same moment. */
export async function cancel (client: Client): Promise<void> {
  const { context: { random, ledger }, name } = client
  const open = ledger.payments.filter(({ status }) => status === 'requires_action' || status === 'pending')
  const payment = open[open.length - 1 - random.below(Math.min(6, open.length))]
  if (payment === undefined) return
  const caller = random.pick([ADMIN, { userId: payment.userId, admin: false }, { userId: payment.sellerId ?? name, admin: false }])
  await Promise.all([cancelOne(client, payment, caller), ...(random.chance(0.3) ? [lookInto(client)] : [])])
}

export async function cancelOne (client: Client, { paymentId }: Payment, caller: Caller): Promise<void> {
  const since = client.context.scheduler.now
  const outcome = await client.ask('cancel', async ({ cancelPayment }) => await cancelPayment({ caller, paymentId }))
  checkAsked(client, since, outcome, [outcome.answer])
  if (outcome.answer !== null) client.context.ledger.payments.push(outcome.answer)
}

/** No answer asks a payer to act who had done so before the request. A node without its store does not know all. */
export function checkAsked ({ context }: Client, since: number, { isStale }: Outcome<unknown>, payments: ReadonlyArray<Payment | null | undefined>): void {
  if (isStale || context.isJournaled) return
  for (const payment of payments) {
    const paidAt = payment == null ? undefined : context.ledger.paid.get(payment.paymentId)
    if (payment == null || paidAt === undefined || paidAt >= since || !asksPayer(payment)) continue
    violate(context, 'no one who has paid is asked to act', `${payment.paymentId} is answered as ${payment.status}`)
  }
}

/** Whatever node is asked: nothing older than what was told before. */
export async function getPayment (client: Client): Promise<void> {
  const { context, ask } = client
  const { random, ledger } = context
  if (ledger.payments.length === 0) return
  const told = random.pick(ledger.payments)
  const since = context.scheduler.now
  const outcome = await ask('get', async (useCases) => await useCases.getPayment({ caller: ADMIN, paymentId: told.paymentId }))
  const { answer, refusal, isStale } = outcome
  checkAsked(client, since, outcome, [answer])
  // A node that has forgotten it makes it anew under its key, until the store has its say.
  if (isStale && answer !== null && answer.createdAt > told.createdAt) return
  if (refusal !== null || (answer !== null && isBehind(context, answer, told))) {
    violate(context, 'a read sees what was acknowledged before it', `${told.paymentId} in version ${told.version}, then ${refusal ?? `in version ${answer?.version}`}`)
  }
}

/** All own payments, page by page, while others come in. */
export async function listPayments (client: Client): Promise<void> {
  const { context, name, ask } = client
  const known = context.ledger.payments.filter(({ userId }) => userId === name)
  let owed = known
  const listed: Payment[] = []
  let isOld = false
  let before: string | null = null
  for (let page = 0; page < PAGES_MAX; page++) {
    const from: string | null = before
    const { answer, isStale }: Outcome<Page<Payment>> = await ask('list', async (useCases) => {
      owed = await unstored(owed, async ({ paymentId }) => await context.store.payments.find(paymentId))
      return await useCases.listPayments({ userId: name, status: null, before: from, limit: PAGE })
    })
    if (answer === null) return
    isOld ||= isStale
    listed.push(...answer.items)
    before = answer.nextKey
    if (before === null) break
  }
  const keys = listed.map(({ createdAt, paymentId }) => createdKey(createdAt, paymentId))
  const isSorted = keys.every((key, index) => index === 0 || key < (keys[index - 1] ?? ''))
  const missing = (isOld ? owed : known).map(({ paymentId }) => paymentId).filter((paymentId) => !listed.some((payment) => payment.paymentId === paymentId))
  if (!isSorted || (before === null && missing.length > 0)) {
    violate(context, 'a read sees what was acknowledged before it', `the payments of ${name}: ${missing.join() || 'out of order'}`)
  }
}

/** What else is done with payments: it must not do any harm. */
export async function lookInto (client: Client): Promise<void> {
  const { context: { random, ledger, scheduler }, name, ask } = client
  const payment = ledger.payments.length === 0 ? null : random.pick(ledger.payments)
  if (payment === null) return
  const { paymentId, orderId, returnKey } = payment
  const since = scheduler.now
  switch (random.pick(['return', 'return', 'reconcile', 'search', 'stats'] as const)) {
    case 'return': {
      const outcome = await ask('return', async ({ returnPayer }) => await returnPayer({ paymentId, key: returnKey }))
      checkAsked(client, since, outcome, [outcome.answer])
      return
    }
    case 'reconcile': {
      const outcome = await ask('reconcile', async ({ reconcilePayment }) => await reconcilePayment(paymentId))
      checkAsked(client, since, outcome, [outcome.answer])
      return
    }
    case 'search':
      await ask('search', async ({ searchOrders }) =>
        await searchOrders({ caller: { userId: name, admin: false }, query: orderId, status: null, from: null, to: null, before: null, limit: PAGE }))
      return
    case 'stats':
      await ask('stats', async ({ paymentStats }) => await paymentStats({ from: null, to: null, timeZone: null, groupBy: 'day' }))
  }
}

/** By what a payment shows; where no journal brings in one version what was learnt in several, by its version too. */
export function isBehind ({ isJournaled }: Context, found: Payment, told: Payment): boolean {
  if (found.version < told.version && !isJournaled) return true
  const isUndone = (isCaptured(told) && !isCaptured(found)) || ((told.status === 'failed' || told.status === 'canceled') && found.status === 'pending')
  return isUndone || found.capturedAmount < told.capturedAmount ||
    !told.flags.every((flag) => found.flags.includes(flag) || isDecided(found, flag)) || !keepsCauses(told, found) ||
    !told.refunds.every((refund) => isKept(refund, found.refunds.find(({ refundId }) => refundId === refund.refundId))) ||
    !told.disputes.every((dispute) => isTold(dispute, found.disputes.find(({ disputeId }) => disputeId === dispute.disputeId)))
}

/** What has ended stays so, but for a refund that fails days later, and for one of which a person was wrong. */
function isKept (told: Refund, found: { readonly status: string } | undefined): boolean {
  if (found === undefined) return false
  return told.status === found.status || told.status === 'pending' || (told.status === 'succeeded' && found.status === 'failed') || isGuessedFailure(told)
}

/** A dispute turns at a later word alone. */
function isTold (told: Dispute, found: Dispute | undefined): boolean {
  if (found === undefined) return false
  return told.status === found.status || told.status === 'open' || told.status === 'warning' || String(found.at) > String(told.at)
}
