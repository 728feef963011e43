import t from 'tap'
import { carryOver } from '#domain/payments/carry-over.js'
import { created, decided } from '#domain/payments/decision.js'
import { concludeOpen, takeCharge, takeOpen, takeRefund } from '#domain/payments/lease.js'
import type { Payment } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { settle } from '#domain/payments/settlement.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import { aCapturedPayment, aDispute, aPayment, aRefund, START } from '../../support/builders.js'
import { found, success, world } from '../../support/world.js'

const MINUTE_MS = 60_000
const WAITS_MS = [1, 5, 60, 24 * 60, 24 * 60].map((minutes) => minutes * MINUTE_MS)
const odd = 'on_hold' as never
const claim = { owner: 'lease_9', until: laterBy(START, 2 * MINUTE_MS), now: laterBy(START, MINUTE_MS) }
const unreadable = { name: 'DomainError', code: 'payment_unreadable' }

/** Payments whose status, refund or dispute another version has moved to a state of its own. */
const ODD: readonly Payment[] = [
  aPayment({ status: odd }),
  aCapturedPayment({ status: odd, refunds: [aRefund()] }),
  aCapturedPayment({ refunds: [aRefund({ status: odd })] }),
  aCapturedPayment({ disputes: [aDispute({ status: odd })] }),
]

/** A world with such a payment, whose check is due at once. */
async function withPayment (payment: Payment) {
  const w = world()
  await w.payments.insert(created(aPayment()))
  await w.payments.update('pay_1', (before) => decided(before, { ...payment, lease: { ...payment.lease, until: null }, followUp: { tries: 3, dueAt: START } }, START, []))
  return w
}

t.test('a payment in a state of another version is neither charged, refunded nor followed up', async (t) => {
  for (const payment of ODD) {
    t.equal(takeCharge({ ...payment, providerReference: null }, claim).payment.version, payment.version)
    t.equal(takeRefund(payment, 're_1', { ...claim, now: laterBy(START, 2 * MINUTE_MS) }).payment, payment)
    t.equal(takeOpen(payment, claim, 'now').payment, payment)
    const w = await withPayment(payment)
    await t.rejects(w.refund({ paymentId: 'pay_1', amount: 1 }), unreadable)
    t.same([w.gateway.charges, w.gateway.refunds, w.gateway.lookups], [[], [], []])
  }
  const pending = { ...aPayment(), refunds: [aRefund({ status: odd })], lease: { owner: 'lease_1', epoch: 1, until: null } }
  t.equal(takeCharge(pending, claim).payment, pending)
})

t.test('its follow-up is postponed without counting, so that others have their turn and the other version finds it', async (t) => {
  const w = await withPayment(aCapturedPayment({ status: odd, refunds: [aRefund({ lease: { owner: 'lease_2', epoch: 1, until: null } })] }))
  const before = await w.payments.find('pay_1')
  t.equal(await w.completePayments(), false)
  const after = await w.payments.find('pay_1')
  t.match(after, { status: 'on_hold', refunds: [{ status: 'pending', lease: { epoch: 1, until: null } }], followUp: { tries: 3, dueAt: laterBy(START, MINUTE_MS) }, flags: [] })
  t.equal(after?.version, Number(before?.version) + 1)
  t.same(await w.payments.due(w.time.clock(), 10), [])
  t.match(await w.reconcilePayment('pay_1'), { version: after?.version }, 'a person that asks changes nothing')
  t.same(w.gateway.lookups, [])
})

t.test('a fact that would move its state is refused', async (t) => {
  const facts: PaymentFact[] = [
    { kind: 'failed', reference: 'ref-1', failure: { code: 'no', message: 'No' } },
    { kind: 'canceled', reference: 'ref-1' },
    { kind: 'processing', reference: 'ref-1' },
    { kind: 'dispute', disputeId: 'd_2', amount: 100, status: 'open' },
  ]
  const [pending, ...captured] = ODD
  for (const fact of [...facts.slice(0, 3), success()]) t.throws(() => settle(pending ?? aPayment(), fact, START), unreadable, fact.kind)
  for (const payment of captured) for (const fact of facts) t.throws(() => settle(payment, fact, START), unreadable, fact.kind)
  for (const payment of captured.slice(0, 2)) t.throws(() => settle(payment, { kind: 'refund', refundId: 're_1', status: 'succeeded' }, START), unreadable)
  t.throws(() => settle(captured[2] ?? aPayment(), { kind: 'dispute', disputeId: 'd_1', amount: 100, status: 'won' }, START), unreadable)
})

t.test('a fact that raises a flag is recorded in any state, and a known fact changes nothing', async (t) => {
  for (const payment of ODD.slice(1)) {
    t.equal(settle(payment, success(), START).payment, payment)
    for (const [fact, flag] of [[success('ref-2'), 'duplicate_charge'], [{ kind: 'succeeded', reference: 'ref-1', amount: 1, currency: 'TRY' }, 'amount_mismatch'], [{ kind: 'refund', refundId: 're_9', status: 'succeeded' }, 'unknown_refund']] as const) {
      const { payment: flagged } = settle(payment, fact, START)
      const { causes } = flagged
      t.same(flagged, { ...payment, flags: [flag], causes, version: payment.version + 1 })
      t.match(causes, [{ flag }])
    }
  }
})

t.test('a fact for such a payment waits in its event, and is applied once this version knows the state', async (t) => {
  const w = await withPayment(aPayment({ status: odd }))
  t.equal(await w.told('pay_1', success(), 'evt_1'), 'received')
  t.match(await w.webhookEvents.find('scripted#evt_1'), { state: 'received', reason: 'payment_unreadable', fact: { kind: 'succeeded' } })
  for (const wait of WAITS_MS) {
    w.time.advance(wait)
    w.gateway.willLookup(found(success()))
    await w.completeWebhookEvents()
  }
  t.match(await w.webhookEvents.find('scripted#evt_1'), { state: 'parked', reason: 'payment_unreadable', tries: 5 })
  t.match(await w.replayWebhookEvent('scripted#evt_1'), { state: 'parked' })
  await w.payments.update('pay_1', (before) => decided(before, { ...before, status: 'pending' }, START, []))
  t.match(await w.replayWebhookEvent('scripted#evt_1'), { state: 'applied' })
  t.match(await w.payments.find('pay_1'), { status: 'succeeded', capturedAmount: 10_000 })
})

t.test('an event whose fact only another version knows waits too', async (t) => {
  const w = await withPayment(aCapturedPayment())
  for (const [index, fact] of [{ kind: 'payout' }, { kind: 'refund', refundId: 're_1', status: 'queued' }, { kind: 'dispute', disputeId: 'd_1', status: 'in_review', amount: 1 }].entries()) {
    t.equal(await w.told('pay_1', fact as never, `evt_${index}`), 'received')
    t.match(await w.webhookEvents.find(`scripted#evt_${index}`), { reason: 'payment_unreadable' })
  }
})

t.test('an event in a state of another version is not replayed', async (t) => {
  const w = await withPayment(aPayment())
  await w.told('pay_1', { kind: 'refund', refundId: 're_1', status: 'succeeded' }, 'evt_1')
  const event = await w.webhookEvents.find('scripted#evt_1')
  if (event?.state !== 'received' || event.dueAt === null) throw new Error('it waits')
  t.ok(await w.webhookEvents.replace({ ...event, state: 'received', dueAt: event.dueAt }, { ...event, state: odd, dueAt: null }))
  t.match(await w.replayWebhookEvent('scripted#evt_1'), { state: 'on_hold' })
  t.equal(w.gateway.lookups.length, 0)
})

t.test('a returning payer finds the payment unchanged', async (t) => {
  const w = await withPayment({ ...aPayment({ status: 'requires_action' }), refunds: [aRefund({ status: odd })] })
  t.match(await w.returnPayer({ paymentId: 'pay_1', key: null }), { status: 'requires_action', refunds: [{ status: 'on_hold' }] })
  t.same(w.gateway.lookups, [])
})

t.test('a carry-over raises flags in any state, and is refused if it would move a state of another version', async (t) => {
  const before = aPayment()
  const payment = aPayment({ status: odd, version: 4 })
  const flagged = carryOver(payment, before, { ...before, flags: ['amount_mismatch'], lease: { ...before.lease, until: null } }).payment
  t.match(flagged, { status: 'on_hold', flags: ['amount_mismatch'], lease: { until: null }, followUp: payment.followUp })
  t.throws(() => carryOver(payment, before, aCapturedPayment()), unreadable)
})

t.test('attributes of another version stay on leases, follow-ups and disputes that this version moves', async (t) => {
  const other = { otherVersion: 'x' }
  const free = { owner: 'own_1', epoch: 1, until: null, ...other }
  const pending = aPayment({ lease: free, followUp: { tries: 0, dueAt: START, ...other } })
  t.match(takeCharge(pending, claim).payment.lease, { owner: claim.owner, epoch: 2, ...other })
  const { payment: taken } = takeOpen(pending, claim, 'due')
  t.match(taken, { lease: { epoch: 2, ...other }, followUp: { dueAt: claim.until, ...other } })
  t.match(concludeOpen(taken, { payment: taken, events: [] }, claim.owner, 'due', claim.now, DAY_MS).payment, { lease: { until: null, ...other }, followUp: { tries: 1, ...other } })
  const disputed = aCapturedPayment({ status: 'disputed', disputes: [{ ...aDispute({ disputeId: 'd_1', amount: 100 }), ...other }] })
  t.match(settle(disputed, { kind: 'dispute', disputeId: 'd_1', amount: 100, status: 'won' }, START).payment.disputes, [{ status: 'won', ...other }])
})
