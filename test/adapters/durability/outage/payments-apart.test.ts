import t from 'tap'
import { raiseFlag, unchanged, type PaymentChange } from '#domain/payments/decision.js'
import type { Payment, PaymentStatus } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { settle } from '#domain/payments/settlement.js'
import { makePaymentDecisions } from '#application/payments/decide-payment.js'
import type { Update, UpdateOptions } from '#application/ports/payment-store.js'
import { world } from '../../../support/world.js'
import { at, payment, webhookEvent } from '../../../contracts/fixtures.js'
import { outageWorld } from '../../../support/outages.js'
import { ScriptedGateway } from '../../../support/scripted-gateway.js'

t.test('a fact about a refund of another node waits until the store can name the refund', async (t) => {
  const { stores, inner, leave, comeBack } = await outageWorld()
  const gateway = new ScriptedGateway()
  const w = world({ gateways: [gateway], persistence: stores })
  const { paymentId } = await w.captured()
  const known = await w.payments.find(paymentId) as Payment
  gateway.willRefund({ kind: 'pending' })
  const { refund: { refundId } } = await world({ gateways: [gateway], persistence: inner }).refund({ paymentId, amount: 4000 })
  await leave()
  const failure = { kind: 'refund', refundId, status: 'failed', amount: 4000, currency: 'TRY' } as const
  t.equal(await w.told(paymentId, failure, 'evt_1'), 'received')
  const apply = async (before: Payment, options: UpdateOptions = {}, fact: PaymentFact = failure): Promise<Update> =>
    await stores.payments.update(paymentId, (current) => settle(current, fact, at(1)), { known: before, ...options })
  await t.rejects(apply(known), { code: 'store_unavailable' }, 'an answer of the provider does not become a flag either')
  await comeBack()
  w.time.advance(3_600_000)
  while (await w.completeWebhookEvents());
  t.match(await inner.payments.find(paymentId), { flags: [], refundedAmount: 0, refunds: [{ refundId, status: 'failed' }] })
  await leave()
  const flagged: Payment = { ...known, version: 99, flags: ['unknown_refund'] }
  const bare = { kind: 'refund', refundId, status: 'failed' } as const
  await t.resolves(apply(flagged, {}, bare), 'a payment that is flagged already gains nothing from the answer')
  await t.rejects(apply(flagged, { webhookEvent: webhookEvent('evt_2') }, bare), { code: 'store_unavailable' }, 'an event must not count as applied, because it never comes again')
})

t.test('facts that two nodes learnt apart from each other are both applied', async (t) => {
  const { stores, inner, leave, comeBack } = await outageWorld()
  const { stored: known } = await stores.payments.insert(payment('pay_1'))
  await leave()
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'failed', reference: 'ref_1', failure: { code: 'declined', message: 'No' } }, at(1)))
  await inner.payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(2)), { known })
  await comeBack()
  t.match(await inner.payments.find('pay_1'), { status: 'succeeded', capturedAmount: 100, version: 2 })
})

t.test('a payment of another request under the same id is not changed', async (t) => {
  const { stores, inner, leave, comeBack, quarantine } = await outageWorld()
  const other = payment('pay_1', { owner: 'another' })
  await inner.payments.insert({ ...other, payment: { ...other.payment, fingerprint: 'of another request' } })
  await leave()
  await stores.payments.insert(payment('pay_1'))
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(1)))
  await comeBack()
  t.match(quarantine.list(), [{ kind: 'intent', subjectId: 'pay_1', payment: { status: 'pending' } }, { kind: 'outcome', subjectId: 'pay_1', reason: 'Conflict: another request came first under this id' }])
  t.same(quarantine.list().at(1)?.payment, { status: 'succeeded', amount: 100, refundedAmount: 0, currency: 'TRY', updatedAt: at(1) }, 'nothing of it names a person')
  t.match(await inner.payments.find('pay_1'), { status: 'pending', version: 1 })
  t.match(await stores.payments.find('pay_1'), { status: 'pending' }, 'the journal does not hide it')
})

t.test('a payment of another provider under the same id is not changed', async (t) => {
  const { stores, inner, leave, comeBack, quarantine } = await outageWorld()
  await inner.payments.insert(payment('pay_1', { owner: 'another', provider: 'other' }))
  await leave()
  await stores.payments.insert(payment('pay_1'))
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(1)))
  await comeBack()
  t.match(quarantine.list(), [{ kind: 'intent' }, { kind: 'outcome', reason: 'Conflict: another provider was asked first' }])
  t.match(await inner.payments.find('pay_1'), { status: 'pending', provider: 'other' })
})

t.test('an outage starts from the newest state of a payment that this node has seen', async (t) => {
  const { stores, inner, leave } = await outageWorld()
  const { stored: first } = await stores.payments.insert(payment('pay_1'))
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'processing', reference: 'ref_1' }, at(1)))
  t.match(await stores.payments.findByReference('simulator', 'ref_1'), { version: 2 })
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(2)))
  const { payment: elsewhere } = await inner.payments.update('pay_1', (before) => raiseFlag(before, 'duplicate_charge', at(3)))
  await leave()
  t.match(await stores.payments.findByReference('simulator', 'ref_1'), { version: 3, status: 'succeeded' })
  const seen: number[] = []
  for (const known of [first, elsewhere]) {
    await stores.payments.update('pay_1', (before) => {
      seen.push(before.version)
      return unchanged(before)
    }, { known })
  }
  t.same(seen, [3, 4])
})

t.test('the next outage shows a carried out payment as the store has it', async (t) => {
  const { stores, inner, leave, comeBack } = await outageWorld()
  await stores.payments.insert(payment('pay_1'))
  await leave()
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'processing', reference: 'ref_1' }, at(1)))
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(2)))
  await inner.payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(3)))
  await comeBack()
  await leave()
  const stored = await inner.payments.find('pay_1')
  t.match(stored, { version: 2 })
  t.same(await stores.payments.find('pay_1'), stored)
})

t.test('what a person decides is not journaled, and takes place once the store is back', async (t) => {
  const { stores, inner, leave, comeBack } = await outageWorld()
  const w = world({ persistence: stores })
  const { paymentId } = await w.captured()
  await inner.payments.update(paymentId, (before) => raiseFlag(before, 'late_success', at(1)))
  const { resolveFlag, recordDispute } = makePaymentDecisions({ payments: stores.payments, clock: () => at(2) })
  const decide = async () => await resolveFlag({ paymentId, flag: 'late_success', decision: 'dismiss' })
  await leave()
  await t.rejects(decide(), { code: 'store_unavailable' })
  await t.rejects(recordDispute({ paymentId, disputeId: 'cb-1', amount: 100, status: 'open' }), { code: 'store_unavailable' })
  t.equal(await w.told(paymentId, { kind: 'dispute', disputeId: 'dp_1', status: 'warning', amount: 100 }), 'applied')
  await comeBack()
  t.match(await inner.payments.find(paymentId), { flags: ['late_success'], disputes: [{ disputeId: 'dp_1' }] })
  t.match(await decide(), { flags: [], causes: [{ decision: 'dismiss' }] })
})

/** An outage that begins while a change of a payment is under way, which takes effect in the store only after the journal has a fact. */
async function overtaken (change: PaymentChange) {
  const outage = await outageWorld()
  const { stores, store, leave } = outage
  await stores.payments.insert(payment('pay_1'))
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(1)))
  const gate = Promise.withResolvers<void>()
  store.before = async () => await gate.promise
  const slow = stores.payments.update('pay_1', change)
  store.before = async () => {}
  await leave()
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 100 }, at(2)))
  gate.resolve()
  return { ...outage, changed: (await slow).payment }
}

t.test('a change that takes effect after the outage began is in every later answer, together with what the journal holds', async (t) => {
  const { stores, inner, comeBack, changed } = await overtaken((before) => raiseFlag(before, 'duplicate_charge', at(3)))
  t.match(changed, { version: 3, flags: ['duplicate_charge'] })
  const both = { flags: ['duplicate_charge'], disputes: [{ disputeId: 'dp_1' }] }
  t.match(await stores.payments.find('pay_1'), both)
  t.match(await stores.payments.findByReference('simulator', 'ref_1'), both)
  t.match((await stores.payments.listOfUser(changed.userId, null, { before: null, limit: 5 })).items, [both])
  t.match((await stores.payments.update('pay_1', (before) => settle(before, { kind: 'dispute', disputeId: 'dp_1', status: 'won', amount: 100 }, at(4)))).payment, { ...both, disputes: [{ status: 'won' }] })
  await comeBack()
  t.match(await inner.payments.find('pay_1'), { ...both, disputes: [{ status: 'won' }] })
})

t.test('a state that only another version knows moves nothing that waits', async (t) => {
  const { stores } = await overtaken((before) => ({ payment: { ...before, status: 'on_hold' as PaymentStatus, version: before.version + 1 }, events: [] }))
  t.match(await stores.payments.find('pay_1'), { status: 'disputed', disputes: [{ disputeId: 'dp_1' }] })
})
