import t from 'tap'
import { created, decided, PAYMENT_EVENT_TYPES } from '#domain/payments/decision.js'
import { newPayment, type PaymentDraft } from '#domain/payments/new-payment.js'
import type { Dispute } from '#domain/payments/payment.js'
import type { ChargeFact, PaymentFact } from '#domain/payments/payment-fact.js'
import { resolveFlag } from '#domain/payments/resolution.js'
import { isEarly, settle, settleAll } from '#domain/payments/settlement.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, aPayment, aRefund, START } from '../../support/builders.js'

const LATER = laterBy(START, 1_000)
const succeeded: PaymentFact = { kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'TRY' }
const failed: PaymentFact = { kind: 'failed', reference: 'ref-1', failure: { code: 'declined', message: 'The card was declined.' } }
const canceled: PaymentFact = { kind: 'canceled', reference: 'ref-1' }
const processing: PaymentFact = { kind: 'processing', reference: 'ref-1' }
const nextAction = { type: 'redirect', url: 'https://pay.example/3ds' } as const
const requiresAction: PaymentFact = { kind: 'requires_action', reference: 'ref-1', nextAction }
const dispute = (status: Dispute['status'], disputeId = 'dp_1'): PaymentFact => ({ kind: 'dispute', disputeId, status, amount: 10_000 })
const typesOf = ({ events }: { events: ReadonlyArray<{ type: string }> }): string[] => events.map(({ type }) => type)

const draft: PaymentDraft = {
  orderId: 'order-1',
  userId: 'ada',
  sellerId: 'sela',
  amount: 10_000,
  currency: 'TRY',
  provider: 'scripted',
  description: null,
  items: [],
  metadata: {},
  returnUrl: null,
  buyerEmail: null,
  shippingAddress: null,
}
const intent = { paymentId: 'pay_1', fingerprint: 'fingerprint', owner: 'lease_1', until: laterBy(START, 60_000), now: START }

t.test('a new payment is pending, in its first version, and leased to its creator', async (t) => {
  t.strictSame(newPayment(draft, intent), aPayment({ followUp: null }))
  t.strictSame(created(newPayment(draft, intent)).payment, aPayment(), 'and is asked for after five minutes, once it is stored')
})

t.test('a payment needs an amount, a currency, items that add up and metadata within bounds', async (t) => {
  const items = [{ name: 'light', quantity: 3, unitAmount: 3_000 }, { name: 'stand', quantity: 1, unitAmount: 1_000 }]
  t.same(newPayment({ ...draft, items }, intent).items, items)
  t.throws(() => newPayment({ ...draft, items: items.slice(1) }, intent), { code: 'items_total_mismatch' })
  const pair = (quantity: number, unitAmount: number) => [{ name: 'light', quantity: 1, unitAmount: 20_000 }, { name: 'gift', quantity, unitAmount }]
  for (const [quantity, unitAmount] of [[1, -10_000], [-1, 10_000], [0.5, 20_000], [2, 0.5]] as const) {
    t.throws(() => newPayment({ ...draft, items: pair(quantity, unitAmount) }, intent), { code: 'invalid_amount' })
  }
  const beside = (sums: object, amount: number) => newPayment({ ...draft, items, amount, ...sums }, intent)
  t.match(beside({ discountAmount: 1_000, shippingAmount: 500, taxAmount: 20 }, 9_520), { discountAmount: 1_000, shippingAmount: 500, taxAmount: 20 })
  t.match(beside({ discountAmount: 10_000, shippingAmount: 500 }, 500), { amount: 500 })
  t.throws(() => beside({ discountAmount: 1_000 }, 10_000), { code: 'items_total_mismatch', message: /add up to another sum/ })
  t.throws(() => beside({ discountAmount: 10_001, shippingAmount: 500 }, 499), { code: 'items_total_mismatch', message: /discountAmount is more/ })
  t.throws(() => beside({ items: [], shippingAmount: 500 }, 500), { code: 'items_total_mismatch', message: /there are none/ })
  for (const sum of [-1, 0.5, NaN]) {
    for (const name of ['discountAmount', 'shippingAmount', 'taxAmount']) t.throws(() => beside({ [name]: sum }, 10_000), { code: 'invalid_amount' }, `${name} ${sum}`)
  }
  t.throws(() => newPayment({ ...draft, amount: 10.5 }, intent), { code: 'invalid_amount' })
  t.throws(() => newPayment({ ...draft, amount: 0 }, intent), { code: 'invalid_amount' })
  t.throws(() => newPayment({ ...draft, currency: 'TL' }, intent), { code: 'unsupported_currency' })
  t.throws(() => newPayment({ ...draft, metadata: { text: 'x'.repeat(9_000) } }, intent), { code: 'metadata_too_large' })
})

t.test('the event of a new payment holds all that statistics count', async (t) => {
  t.same(created(aPayment()).events, [{
    eventId: `${START}#pay_1#000001.000`,
    type: 'payment.created',
    occurredAt: START,
    subjectId: 'pay_1',
    data: {
      userId: 'ada', sellerId: 'sela', provider: 'scripted', currency: 'TRY', amount: 10_000, paymentAmount: 10_000,
      status: 'pending', previousStatus: null, refundedDelta: 0, createdAt: START, refundId: null,
    },
  }])
})

t.test('a change is the next version, and its events hold the status before', async (t) => {
  const { payment, events } = decided(aCapturedPayment({ version: 9 }), aCapturedPayment({ version: 9, status: 'refunded' }), LATER, [
    { type: 'refund.succeeded', amount: 4_000, refundId: 're_1' }, { type: 'payment.flagged' },
  ])
  t.match(payment, { version: 10, updatedAt: LATER, status: 'refunded' })
  t.same(events.map(({ eventId }) => eventId), [`${LATER}#pay_1#000010.000`, `${LATER}#pay_1#000010.001`])
  t.match(events[0], { occurredAt: LATER, data: { status: 'refunded', previousStatus: 'succeeded', amount: 4_000, refundId: 're_1', createdAt: START } })
  t.match(events[1], { data: { amount: 10_000, refundId: null } })
})

t.test('time never runs backwards within a payment', async (t) => {
  const { payment, events } = settle(aPayment({ updatedAt: LATER }), succeeded, START)
  t.equal(payment.updatedAt, LATER)
  t.equal(events[0]?.occurredAt, LATER)
})

t.test('a success captures the whole amount and clears the next action', async (t) => {
  const { payment, events } = settle(aPayment({ status: 'requires_action', nextAction, version: 2 }), succeeded, LATER)
  t.match(payment, { status: 'succeeded', capturedAmount: 10_000, providerReference: 'ref-1', nextAction: null, failure: null, flags: [], version: 3 })
  t.same(typesOf({ events }), ['payment.succeeded'])
})

t.test('a decline, a cancellation, a redirect and an acknowledgement are recorded', async (t) => {
  const cases: Array<[PaymentFact, object, string]> = [
    [failed, { status: 'failed', providerReference: 'ref-1', failure: { code: 'declined' } }, 'payment.failed'],
    [canceled, { status: 'canceled', providerReference: 'ref-1' }, 'payment.canceled'],
    [requiresAction, { status: 'requires_action', providerReference: 'ref-1', nextAction }, 'payment.requires_action'],
    [processing, { status: 'pending', providerReference: 'ref-1' }, 'payment.processing'],
  ]
  for (const [fact, state, type] of cases) {
    const decision = settle(aPayment(), fact, LATER)
    t.match(decision.payment, { ...state, version: 2 })
    t.same(typesOf(decision), [type])
    t.equal(settle(decision.payment, fact, LATER).payment, decision.payment, `${fact.kind} again changes nothing`)
  }
})

t.test('a decline without a reference keeps the one that is known', async (t) => {
  const known = aPayment({ providerReference: 'ref-1' })
  for (const fact of [{ ...failed, reference: null }, { ...canceled, reference: null }] as ChargeFact[]) {
    t.equal(settle(known, fact, LATER).payment.providerReference, 'ref-1')
    t.equal(settle(aPayment(), fact, LATER).payment.providerReference, null)
  }
})

t.test('a payment that waits for its payer fails, is canceled, succeeds, or is processed once the payer has done their part', async (t) => {
  const waiting = aPayment({ status: 'requires_action', providerReference: 'ref-1', nextAction })
  t.match(settle(waiting, failed, LATER).payment, { status: 'failed', nextAction: null })
  t.match(settle(waiting, canceled, LATER).payment, { status: 'canceled', nextAction: null })
  t.equal(settle(waiting, { kind: 'open', reference: 'ref-1' }, LATER).payment, waiting)
  const { payment: done, events } = settle(waiting, processing, LATER)
  t.match(done, { status: 'pending', nextAction: null, providerReference: 'ref-1' })
  t.match(events, [{ type: 'payment.processing' }])
  t.equal(settle(done, requiresAction, LATER).payment, done, 'an older word does not reopen the page')
})

t.test('a voucher has an address of its own, which may become known later, and never changes', async (t) => {
  const voucher = { type: 'voucher', url: 'https://pay.example/voucher' } as const
  const { payment: printed } = settle(settle(aPayment(), processing, LATER).payment, { ...processing, nextAction: voucher }, LATER)
  t.match(printed, { status: 'pending', nextAction: voucher })
  t.equal(settle(printed, processing, LATER).payment, printed)
  t.equal(settle(printed, { ...processing, nextAction: { ...voucher, url: 'https://pay.example/other' } }, LATER).payment, printed)
  t.match(settle(printed, succeeded, LATER).payment, { status: 'succeeded', nextAction: null })
})

t.test('an older fact never turns back a settled charge', async (t) => {
  for (const settled of [aCapturedPayment(), aPayment({ status: 'failed' }), aPayment({ status: 'canceled' })]) {
    for (const fact of [failed, canceled, processing, requiresAction]) t.equal(settle(settled, fact, LATER).payment, settled, `${fact.kind} after ${settled.status}`)
  }
})

t.test('a success after a failure or a cancellation is kept and flagged', async (t) => {
  const failure = { code: 'declined', message: 'no' }
  for (const lost of [aPayment({ status: 'failed', failure }), aPayment({ status: 'canceled' })]) {
    const decision = settle(lost, succeeded, LATER)
    t.match(decision.payment, { status: 'succeeded', capturedAmount: 10_000, failure: null, flags: ['late_success'] })
    t.same(typesOf(decision), ['payment.succeeded', 'payment.flagged'])
    t.same(decision.events.map(({ data }) => data.previousStatus), [lost.status, 'succeeded'])
  }
})

t.test('a success of another amount or currency settles nothing and is flagged once', async (t) => {
  for (const wrong of [{ ...succeeded, amount: 9_999 }, { ...succeeded, amount: 1_000_000 }, { ...succeeded, currency: 'EUR' }] as PaymentFact[]) {
    const decision = settle(aPayment(), wrong, LATER)
    t.match(decision.payment, { status: 'pending', capturedAmount: 0, providerReference: 'ref-1', flags: ['amount_mismatch'] })
    t.same(typesOf(decision), ['payment.flagged'])
    t.equal(settle(decision.payment, wrong, LATER).payment, decision.payment)
  }
})

t.test('a second charge under another reference is flagged, a repeat of the first is not', async (t) => {
  const captured = aCapturedPayment()
  t.equal(settle(captured, succeeded, LATER).payment, captured)
  t.match(settle(captured, { ...succeeded, reference: 'ref-2' }, LATER).payment, { providerReference: 'ref-1', flags: ['duplicate_charge'] })
})

t.test('a refund or a dispute ahead of the charge is early, and changes nothing', async (t) => {
  const facts: PaymentFact[] = [{ kind: 'refund', refundId: 're_1', status: 'succeeded' }, dispute('open'), dispute('won'), dispute('lost')]
  for (const fact of facts) {
    for (const payment of [aPayment(), aPayment({ status: 'failed' }), aPayment({ status: 'requires_action' })]) {
      t.ok(isEarly(payment, fact))
      t.equal(settle(payment, fact, LATER).payment, payment)
    }
    t.notOk(isEarly(aCapturedPayment(), fact))
  }
  t.notOk(isEarly(aPayment(), succeeded))
})

t.test('an open or lost dispute takes precedence over refunds, and a won one does not', async (t) => {
  const refunds = [aRefund({ status: 'succeeded' })]
  const opened = settle(aCapturedPayment({ status: 'partially_refunded', refundedAmount: 4_000, refunds }), dispute('open'), LATER)
  t.match(opened.payment, { status: 'disputed', disputes: [{ disputeId: 'dp_1', amount: 10_000, status: 'open' }] })
  const won = settle(opened.payment, dispute('won'), LATER)
  t.match(won.payment, { status: 'partially_refunded', disputes: [{ status: 'won' }] })
  t.equal(won.payment.disputes.length, 1)
  t.equal(settle(opened.payment, dispute('lost'), LATER).payment.status, 'disputed')
  t.same([opened, won, settle(opened.payment, dispute('lost'), LATER)].flatMap(typesOf), ['dispute.opened', 'dispute.won', 'dispute.lost', 'payment.flagged'])
  t.equal(opened.events[0]?.data.amount, 10_000)
})

t.test('of two ends without a time the worse one holds, in any order', async (t) => {
  for (const order of [['won', 'lost'], ['lost', 'won']] as const) {
    t.match(settleAll(aCapturedPayment(), order.map((status) => dispute(status)), LATER).payment.disputes, [{ status: 'lost' }])
  }
})

t.test('a closed dispute stays closed, and another dispute is counted by itself', async (t) => {
  const closed = settle(aCapturedPayment(), dispute('won'), LATER).payment
  for (const status of ['open', 'won', 'warning', 'prevented'] as const) t.equal(settle(closed, dispute(status), LATER).payment, closed)
  const second = settle(closed, dispute('open', 'dp_2'), LATER).payment
  t.match(second, { status: 'disputed', disputes: [{ disputeId: 'dp_1', status: 'won' }, { disputeId: 'dp_2', status: 'open' }] })
  t.equal(settle(second, dispute('open', 'dp_2'), LATER).payment, second)
})

t.test('the facts of a look-up are one change with the events of each step', async (t) => {
  const facts: PaymentFact[] = [dispute('open'), requiresAction, succeeded, dispute('open'), dispute('won')]
  const { payment, events } = settleAll(aPayment(), facts, LATER)
  t.match(payment, { status: 'succeeded', version: 2, disputes: [{ status: 'won' }] })
  t.same(typesOf({ events }), ['payment.requires_action', 'payment.succeeded', 'dispute.opened', 'dispute.won'])
  t.same(events.map(({ data }) => data.previousStatus), ['pending', 'requires_action', 'succeeded', 'disputed'])
  t.same(events.map(({ eventId }) => eventId), [0, 1, 2, 3].map((place) => `${LATER}#pay_1#000002.00${place}`))
})

t.test('a look-up without a new fact changes nothing', async (t) => {
  const captured = aCapturedPayment()
  t.same(settleAll(captured, [], LATER), { payment: captured, events: [] })
  t.equal(settleAll(captured, [processing, succeeded, failed], LATER).payment, captured)
})

t.test('every type of event can occur', async (t) => {
  const captured = aCapturedPayment({ refunds: [aRefund()] })
  const from = (payment: typeof captured, facts: PaymentFact[]): string[] => typesOf(settleAll(payment, facts, LATER))
  const seen = new Set([
    ...typesOf(created(aPayment())),
    ...from(aPayment(), [requiresAction, processing, failed, succeeded]),
    ...from(aPayment(), [canceled]),
    ...from(captured, [dispute('open'), dispute('won'), dispute('lost', 'dp_2'), dispute('warning', 'dp_3'), dispute('prevented', 'dp_3')]),
    ...from(captured, [{ kind: 'refund', refundId: 're_1', status: 'succeeded' }, { kind: 'refund', refundId: 're_1', status: 'failed' }]),
    ...typesOf(resolveFlag(aCapturedPayment({ flags: ['late_success'] }), 'late_success', 'dismiss', LATER)),
    'refund.requested',
  ])
  t.same([...seen].sort(), [...PAYMENT_EVENT_TYPES].sort())
})
