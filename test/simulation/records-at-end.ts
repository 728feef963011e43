import { makeSearchOrders } from '#application/payments/search-orders.js'
import { byChange, COUNTED_FROM_THE_START } from '#application/ports/read-models.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import { allAttentionOf, ATTENTION_KINDS, type AttentionPlace } from '#domain/payments/attention.js'
import { isCaptured, type Payment } from '#domain/payments/payment.js'
import { isGuessedFailure } from '#domain/payments/refund.js'
import { added, type Figures } from '#domain/payments/payment-stats.js'
import { byCreation } from '../support/dispatching.js'
import { FIRST_DAY, violate, type Context } from './context.js'
import { isBehind } from './payment-client.js'

/** Compares what clients were told with what is found, and the read models with what they are made of. */
export async function checkRecords (context: Context, payments: readonly Payment[]): Promise<void> {
  checkAcknowledged(context, new Map(payments.map((payment) => [payment.paymentId, payment])))
  checkIdentity(context, payments)
  await checkNews(context)
  await checkOutbox(context)
  await checkStats(context, payments)
  await checkSearch(context, payments)
  await checkPlaces(context, payments)
  await checkLists(context, payments)
  const waiting = await context.store.webhookEvents.due('9999', 100)
  for (const { eventKey, reason } of waiting) violate(context, 'everything becomes final or flagged', `${eventKey} waits: ${reason}`)
}

function checkAcknowledged (context: Context, payments: ReadonlyMap<string, Payment>): void {
  const lost = (what: string): void => { violate(context, 'what was acknowledged is found as it was acknowledged', what) }
  for (const told of context.ledger.payments) {
    const found = payments.get(told.paymentId)
    const isSame = found?.orderId === told.orderId && found.amount === told.amount && found.currency === told.currency && found.userId === told.userId
    if (!isSame || isBehind(context, found, told) || (isCaptured(told) && !isCaptured(found))) lost(`the payment of ${told.orderId} in version ${told.version}`)
    if (!told.refunds.every(({ refundId }) => found?.refunds.some((refund) => refund.refundId === refundId))) lost(`refunds of ${told.paymentId}`)
  }
  for (const { paymentId, refund: told } of context.ledger.refunds) {
    const found = payments.get(paymentId)?.refunds.find(({ refundId }) => refundId === told.refundId)
    if (found?.amount !== told.amount || (told.status === 'failed' && found.status !== 'failed' && !isGuessedFailure(told))) lost(`the refund ${told.refundId}`)
  }
}

/** A key stands for one request, and another that is sent under it is refused, or else taken by a node that could not know: then it waits for a person. */
function checkIdentity (context: Context, payments: readonly Payment[]): void {
  for (const [request, { isTaken, isQuarantined }] of context.ledger.strangers) {
    if (isTaken && !isQuarantined) violate(context, 'one key leads to one entity', `a key was taken for another request, ${request}`)
  }
  for (const [key, ids] of context.ledger.answers) if (ids.size > 1) violate(context, 'one key leads to one entity', `${key}: ${[...ids].join()}`)
  for (const [orderId, ofOrder] of Map.groupBy(payments, (payment) => payment.orderId)) {
    if (ofOrder.length > (context.ledger.keysOf.get(orderId)?.size ?? 0)) violate(context, 'one key leads to one entity', `${orderId}: ${ofOrder.map(({ paymentId }) => paymentId).join()}`)
  }
}

/** News that was acknowledged is in a payment, or lies before a person. */
async function checkNews (context: Context): Promise<void> {
  for (const { eventId, provider } of context.ledger.news) {
    const state = (await context.store.webhookEvents.find(`${provider}#${eventId}`))?.state ?? 'gone'
    const isInQuarantine = context.quarantined.has(`${provider}#${eventId}`)
    if (state !== 'applied' && state !== 'parked' && !isInQuarantine) violate(context, 'news that was acknowledged has its effect', `${eventId} is ${state}`)
  }
}

async function checkOutbox (context: Context): Promise<void> {
  for (let shard = 0; shard < OUTBOX_SHARDS; shard++) {
    const waiting = await context.store.outbox.read(shard, 10)
    if (waiting.length > 0) violate(context, 'the outbox runs empty', `shard ${shard}: ${waiting.map(({ eventId }) => eventId).join()}`)
  }
  const parked = await context.store.outbox.countParked()
  if (parked > 0) violate(context, 'the outbox runs empty', `${parked} events are parked, though each has an effect`)
}

async function checkStats (context: Context, payments: readonly Payment[]): Promise<void> {
  const families = {
    'by creation': await byCreation(context.store, FIRST_DAY, '9998-01-01'),
    'by change': await context.store.stats.read(byChange('day', COUNTED_FROM_THE_START.since), FIRST_DAY, '9999'),
  }
  for (const [currency, ofCurrency] of Map.groupBy(payments, (payment) => payment.currency)) {
    const ends = figuresOfEnds(context.ledger.ends.filter((end) => end.currency === currency))
    const counted = withoutZeros(ofCurrency.map(figuresOf).reduce(added, ends))
    for (const [family, found] of Object.entries(families)) {
      const kept = withoutZeros(found.filter((slice) => slice.currency === currency).map(({ figures }) => figures).reduce(added, {}))
      if (kept !== counted) violate(context, 'statistics equal a recount', `${currency} ${family}: kept ${kept}, counted ${counted}`)
    }
  }
}

/** What a payment adds to the statistics, worked out from what it is now. */
function figuresOf ({ status, amount, capturedAmount, refunds, refundedAmount, taken }: Payment): Figures {
  // Another amount than that of the order is no sale until it is accepted.
  if (taken !== null && capturedAmount === 0) return status === 'pending' ? { pending_count: 1, pending_amount: amount } : {}
  return {
    [`${status}_count`]: 1,
    [`${status}_amount`]: capturedAmount > 0 ? capturedAmount : amount,
    refunds_count: refunds.filter((refund) => refund.status === 'succeeded' && refund.charge === null).length,
    refunds_amount: refundedAmount,
  }
}

/** Each end of a dispute is counted, also of one that is opened again. */
function figuresOfEnds (ends: Context['ledger']['ends']): Figures {
  return Object.fromEntries((['won', 'lost'] as const).flatMap((end) => {
    const ended = ends.filter(({ status }) => status === end)
    return [[`disputes_${end}_count`, ended.length], [`disputes_${end}_amount`, ended.reduce((sum, { amount }) => sum + amount, 0)]]
  }))
}

/** Openings are left out: a dispute whose end is told first was never counted as opened. */
function withoutZeros (figures: Figures): string {
  return JSON.stringify(Object.entries(figures).filter(([name, value]) => value !== 0 && !name.startsWith('disputes_opened')).sort())
}

async function checkSearch (context: Context, payments: readonly Payment[]): Promise<void> {
  const searchOrders = makeSearchOrders(context.store)
  for (const payment of payments.filter(isCaptured)) {
    for (const query of [payment.orderId, payment.providerReference ?? payment.paymentId]) {
      const { items } = await searchOrders({ caller: { userId: null, admin: true }, query, status: null, from: null, to: null, before: null, limit: 5 })
      if (!items.some(({ paymentId }) => paymentId === payment.paymentId)) violate(context, 'a settled payment is found by search', `${payment.paymentId} by ${query}`)
    }
  }
}

/** Each refund, dispute and flag has one place, in its present state. */
async function checkPlaces (context: Context, payments: readonly Payment[]): Promise<void> {
  const shown = ({ key, state }: AttentionPlace): string => `${key} ${state}`
  const expected = new Set(payments.flatMap(allAttentionOf).map(shown))
  const listed = await Promise.all(ATTENTION_KINDS.map(async (kind) => (await context.store.attention.list({ kind, state: null }, { before: null, limit: 100_000 })).items))
  const found = new Set(listed.flat().map(shown))
  const wrong = [...expected, ...found].filter((place) => !expected.has(place) || !found.has(place)).sort()
  if (wrong.length > 0) violate(context, 'refunds, disputes and flags are listed as they are', wrong.slice(0, 4).join(', '))
}

async function checkLists (context: Context, payments: readonly Payment[]): Promise<void> {
  for (const [key, expected] of Map.groupBy(payments, ({ userId, status }) => `${userId} ${status}`)) {
    const [{ userId, status }] = expected as [Payment]
    const { items } = await context.store.payments.listOfUser(userId, status, { before: null, limit: 1000 })
    if (items.length !== expected.length) violate(context, 'what was acknowledged is found as it was acknowledged', `the list of ${key} has ${items.length} payments of ${expected.length}`)
  }
}
