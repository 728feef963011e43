import t from 'tap'
import type { ReportedFact } from '#domain/payments/payment-fact.js'
import { aRefundId } from '../../support/builders.js'
import { found, success, unknown, world } from '../../support/world.js'

const refunded: ReportedFact = { kind: 'refund', refundId: null, status: 'succeeded', amount: 10_000, currency: 'TRY', reference: 'rf-1', charge: 'ref-2' }
const disputed: ReportedFact = { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 10_000 }

t.test('an event about a charge of others on the same account is ignored at its first delivery', async (t) => {
  const w = world()
  for (const [index, fact] of [refunded, disputed, 'ask' as const].entries()) {
    w.gateway.willOwn({ kind: 'not_found' })
    t.equal(await w.told(null, fact, `evt_${index}`, 'ref-of-others'), 'ignored')
    t.match(await w.webhookEvents.find(`scripted#evt_${index}`), { state: 'ignored', reason: null, dueAt: null })
  }
  t.same(w.gateway.owned, ['ref-of-others', 'ref-of-others', 'ref-of-others'])
})

t.test('a refund of a second charge is recorded with that charge, and gives nothing of the payment back', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  await w.told(paymentId, success('ref-2'))
  w.gateway.willOwn({ kind: 'found', paymentId })
  t.equal(await w.told(null, refunded, 'evt_9', 'ref-2'), 'applied')
  t.match(await w.payments.find(paymentId), { status: 'succeeded', refundedAmount: 0, flags: ['duplicate_charge'], refunds: [{ origin: 'provider', reference: 'rf-1', charge: 'ref-2', amount: 10_000 }] })
})

t.test('a dispute of a second charge is recorded with that charge, and is told and flagged', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willOwn({ kind: 'found', paymentId })
  t.equal(await w.told(null, { ...disputed, charge: 'ref-2' }, 'evt_9', 'ref-2'), 'applied')
  t.match(await w.payments.find(paymentId), { status: 'succeeded', disputes: [{ disputeId: 'dp_1', charge: 'ref-2' }], causes: [{ flag: 'duplicate_charge', reference: 'dp_1' }] })
})

t.test('the charge of a payment is found without asking whose it is', async (t) => {
  const w = world()
  await w.captured()
  t.equal(await w.told(null, disputed, 'evt_9', 'ref-1'), 'applied')
  t.same(w.gateway.owned, [])
})

t.test('while the provider does not say whose charge it is, the event waits, and each try asks again', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willOwn(unknown, { kind: 'found', paymentId: 'pay_9' }, { kind: 'found', paymentId })
  t.equal(await w.told(null, refunded, 'evt_9', 'ref-2'), 'received')
  t.match(await w.webhookEvents.find('scripted#evt_9'), { reason: 'payment_unknown' })
  w.time.advance(60_000)
  await w.completeWebhookEvents()
  t.match(await w.webhookEvents.find('scripted#evt_9'), { state: 'received', reason: 'payment_unknown', tries: 1 }, 'a payment that is not here')
  w.time.advance(300_000)
  await w.completeWebhookEvents()
  t.match(await w.webhookEvents.find('scripted#evt_9'), { state: 'applied' })
})

t.test('a waiting event that an earlier version stored under the id of the provider is the same refund as in a look-up', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  const amounts = { amount: 4_000, currency: 'TRY' }
  await w.told(paymentId, { kind: 'refund', refundId: 're_3MmlLrLkdIwHu7ix0snN0B15', status: 'succeeded', ...amounts })
  w.gateway.willLookup(found(success(), { kind: 'refund', refundId: null, status: 'succeeded', ...amounts, reference: 're_3MmlLrLkdIwHu7ix0snN0B15' }))
  await w.told(paymentId, 'ask')
  t.match(await w.payments.find(paymentId), { refundedAmount: 4_000, flags: [], refunds: { length: 1 } })
  await w.told(paymentId, { kind: 'refund', refundId: aRefundId('q'), status: 'succeeded', ...amounts })
  t.match(await w.payments.find(paymentId), { flags: ['unknown_refund'] }, 'an id of our form that is not here is asked about')
})
