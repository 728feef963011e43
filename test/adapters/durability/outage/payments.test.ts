import t from 'tap'
import { unchanged } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import { settle } from '#domain/payments/settlement.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { withMethods } from '#adapters/durability/proxy.js'
import { allEvents, eventTypes, success, unknown, world } from '../../../support/world.js'
import { at, noted, payment, spoil, webhookEvent } from '../../../contracts/fixtures.js'
import { outageWorld } from '../../../support/outages.js'
import { ScriptedGateway } from '../../../support/scripted-gateway.js'

const first = { before: null, limit: 10 }

/** The payment use cases on stores with a journal. */
async function paying (gateway = new ScriptedGateway(), ...others: readonly ScriptedGateway[]) {
  const outage = await outageWorld()
  return { ...outage, gateway, w: world({ gateways: [gateway, ...others], persistence: outage.stores }) }
}

t.test('an outage lets payments through at a provider that charges once for a key', async (t) => {
  const { w, gateway, inner, leave, comeBack, journal } = await paying(new ScriptedGateway().willCharge(success()))
  await leave()
  const { payment: paid } = await w.process()
  t.match(paid, { status: 'succeeded', capturedAmount: 10_000 })
  t.match(await w.process(), { replayed: true, payment: { status: 'succeeded' } }, 'a repeat finds it')
  t.match(await w.listPayments({ userId: 'ada', status: null, ...first }), { items: [{ paymentId: paid.paymentId }] })
  t.match(await w.listPayments({ userId: 'ada', status: 'pending', ...first }), { items: [] })
  t.equal(await inner.payments.find(paid.paymentId), null)
  t.equal(journal.depth, 2, 'the intent and the outcome')
  await comeBack()
  t.match(await inner.payments.find(paid.paymentId), { status: 'succeeded', capturedAmount: 10_000, version: 2, lease: { until: null } })
  t.same(await eventTypes(inner), ['payment.created', 'payment.succeeded'], 'statistics miss nothing')
  t.equal(gateway.charges.length, 1)
})

t.test('the drain does not read a payment again between its intent and its outcome', async (t) => {
  const stores = memoryStores()
  const known: unknown[] = []
  const payments = withMethods(stores.payments, {
    update: async (paymentId, change, options) => {
      known.push(options?.known?.version)
      return await stores.payments.update(paymentId, change, options)
    },
  })
  const outage = await outageWorld({ inner: { ...stores, payments } })
  const w = world({ gateways: [new ScriptedGateway().willCharge(success())], persistence: outage.stores })
  await outage.leave()
  await w.process()
  await outage.comeBack()
  t.same(known, [1])
})

t.test('an outage begins no payment at any other provider', async (t) => {
  const { w, gateway, leave } = await paying(new ScriptedGateway({ provider: 'once', idempotent: false }))
  await leave()
  await t.rejects(w.process(), { code: 'store_unavailable', retryAfterS: 5 })
  t.equal(gateway.charges.length, 0)
})

t.test('an outage hands no payment over to another provider', async (t) => {
  const [first, second] = [new ScriptedGateway(), new ScriptedGateway({ provider: 'other' })] as const
  const { w, leave, comeBack, inner } = await paying(first, second)
  first.willCharge(async () => {
    await leave()
    return { kind: 'refused', about: 'access', code: '1001' }
  })
  await t.rejects(w.process(), { code: 'store_unavailable' })
  t.equal(second.charges.length, 0)
  await comeBack()
  t.match((await inner.payments.listOfUser('ada', null, { before: null, limit: 10 })).items, [{ status: 'pending', provider: first.provider }])
})

t.test('an outage begins no payment where an earlier request under the key can have gone to another provider', async (t) => {
  const [preferred, other] = [new ScriptedGateway().willCharge(success(), success(), success()), new ScriptedGateway({ provider: 'other' })] as const
  const { w, leave, comeBack, inner } = await paying(preferred, other)
  const { payment: known } = await w.process({}, 'k-0')
  await leave()
  await t.rejects(w.process({}, 'k-1'), { code: 'store_unavailable' })
  t.match(await w.process({}, 'k-0'), { replayed: true, payment: { paymentId: known.paymentId } }, 'a repeat finds the payment that this node knows')
  t.match(await w.process({ provider: preferred.provider }, 'k-2'), { payment: { status: 'succeeded' } }, 'a named provider leaves no choice')
  other.willRefuse(new DomainError('payment_method_invalid', 'not a token of mine'))
  t.match(await w.process({}, 'k-3'), { payment: { status: 'succeeded' } }, 'a token that the other provider refuses leaves no choice')
  t.equal(preferred.charges.length, 3)
  await comeBack()
  t.equal((await inner.payments.listOfUser('ada', null, first)).items.length, 3)
})

t.test('an answer of the provider reaches the store, also where the store goes away during the call', async (t) => {
  const gateway = new ScriptedGateway({ provider: 'once', idempotent: false })
  const { w, inner, store, comeBack } = await paying(gateway)
  gateway.willCharge(() => { store.presence = 'away'; return success() })
  const { payment: paid } = await w.process()
  t.match(paid, { status: 'succeeded' })
  t.match(await inner.payments.find(paid.paymentId), { status: 'pending' })
  await comeBack()
  t.match(await inner.payments.find(paid.paymentId), { status: 'succeeded', providerReference: 'ref-1' })
  t.same(await eventTypes(inner), ['payment.created', 'payment.succeeded'])
})

t.test('a write whose answer was lost takes effect once', async (t) => {
  const { w, inner, store, comeBack, journal } = await paying(new ScriptedGateway().willCharge(success()))
  store.presence = 'answer lost'
  const { payment: paid } = await w.process()
  t.equal(journal.depth, 2)
  await comeBack()
  t.match(await inner.payments.find(paid.paymentId), { status: 'succeeded', version: 2 })
  t.equal((await allEvents(inner)).length, 2)
})

t.test('an outage resolves an unknown outcome by asking the provider before a second charge', async (t) => {
  const gateway = new ScriptedGateway().willCharge(unknown).willLookup({ kind: 'found', facts: [{ kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'TRY' }] })
  const { w, inner, leave, comeBack } = await paying(gateway)
  await leave()
  const { payment: open } = await w.process()
  t.equal(open.status, 'pending')
  w.time.advance(60_001)
  t.match((await w.process()).payment, { status: 'succeeded' })
  await comeBack()
  t.match(await inner.payments.find(open.paymentId), { status: 'succeeded' })
  t.same([gateway.charges.length, gateway.lookups.length], [1, 1])
})

t.test('refunds wait for the store, but the outcome of a running refund is journaled', async (t) => {
  const gateway = new ScriptedGateway()
  const { w, inner, store, leave, comeBack } = await paying(gateway)
  const { paymentId } = await w.captured()
  gateway.willRefund(() => { store.presence = 'away'; return { kind: 'succeeded' } })
  t.match(await w.refund({ paymentId, amount: 4000 }), { refund: { status: 'succeeded' } })
  await leave()
  await t.rejects(w.refund({ paymentId, key: 'another' }), { code: 'store_unavailable' })
  t.equal(gateway.refunds.length, 1)
  await comeBack()
  t.match(await inner.payments.find(paymentId), { status: 'partially_refunded', refundedAmount: 4000, refunds: [{ status: 'succeeded' }] })
})

t.test('an outage takes each webhook once, and its change is visible at once', async (t) => {
  const { w, inner, store, leave, comeBack } = await paying(new ScriptedGateway().willCharge({ kind: 'processing', reference: 'ref-1' }))
  const { payment: open } = await w.process()
  await leave()
  t.equal(await w.told(open.paymentId, success(), 'evt_1'), 'applied')
  t.equal(await w.told(open.paymentId, success(), 'evt_1'), 'duplicate')
  t.equal(await w.told('pay_unknown', success(), 'evt_2'), 'received', 'its payment is not known here')
  t.equal(await w.told('pay_unknown', success(), 'evt_2'), 'duplicate')
  t.equal(await w.told(null, null, 'evt_3'), 'ignored')
  t.match(await w.webhookEvents.find('scripted#evt_2'), { state: 'received' })
  await t.rejects(w.webhookEvents.find('scripted#evt_9'), { code: 'store_unavailable' })
  t.match(await w.payments.find(open.paymentId), { status: 'succeeded' })
  t.match(await w.payments.findByReference('scripted', 'ref-1'), { paymentId: open.paymentId })
  await comeBack()
  t.match(await inner.payments.find(open.paymentId), { status: 'succeeded' })
  t.match(await inner.webhookEvents.find('scripted#evt_1'), { state: 'applied' })
  t.match(await inner.webhookEvents.find('scripted#evt_2'), { state: 'received', reason: 'payment_unreadable' })
  t.equal(await w.told(open.paymentId, success(), 'evt_1'), 'duplicate')
  store.presence = 'busy'
  await t.rejects(w.told(open.paymentId, success(), 'evt_4'), { code: 'store_busy' }, 'a busy store is no outage: the provider sends the event again')
})

t.test('facts that arrive with a repeated event reach the store', async (t) => {
  const { stores, inner, leave, comeBack } = await outageWorld()
  await stores.payments.insert(payment('pay_1'))
  const declined = webhookEvent('simulator#1', { state: 'applied' })
  const failure = { code: 'declined', message: 'declined' }
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'failed', reference: 'ref_1', failure }, at(1)), { webhookEvent: declined })
  await leave()
  const late = { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' } as const
  for (const event of [declined, webhookEvent('simulator#2', { state: 'applied' })]) {
    await stores.payments.update('pay_1', (before) => settle(before, late, at(2)), { webhookEvent: event })
  }
  await comeBack()
  t.match(await inner.payments.find('pay_1'), { status: 'succeeded', capturedAmount: 100, flags: ['late_success'], version: 3 })
  t.same(await eventTypes(inner), ['payment.created', 'payment.failed', 'payment.succeeded', 'payment.flagged'])
  t.match(await inner.webhookEvents.find('simulator#2'), { state: 'applied' })
})

t.test('an outage does not change a payment that this node does not know', async (t) => {
  const { stores, leave, journal } = await outageWorld()
  await leave()
  await t.rejects(stores.payments.update('pay_1', noted('x')), { code: 'store_unavailable' })
  await t.rejects(stores.payments.find('pay_1'), { code: 'store_unavailable' })
  await t.rejects(stores.payments.findByReference('simulator', 'ref_1'), { code: 'store_unavailable' })
  await t.rejects(stores.payments.listOfUser('ayse', null, first), { code: 'store_unavailable' })
  await stores.payments.insert(payment('pay_1'))
  t.match(await stores.payments.insert(payment('pay_1')), { inserted: true }, 'the same call again')
  t.match(await stores.payments.insert(payment('pay_1', { owner: 'another' })), { inserted: false })
  t.match(await stores.payments.update('pay_1', unchanged), { payment: { version: 1 } })
  t.equal(journal.depth, 1)
  t.match(await stores.payments.update('pay_1', unchanged, { webhookEvent: webhookEvent('simulator#1', { state: 'applied' }) }), { duplicate: false })
  t.equal(journal.depth, 2)
  await t.rejects(stores.payments.listOfUser('ayse', null, { before: at(0), limit: 1 }), { code: 'store_unavailable' })
})

t.test('a payment keeps its place in its list while the journal gives it another status', async (t) => {
  const { stores, leave } = await outageWorld()
  for (const second of [1, 2, 3]) await stores.payments.insert(payment(`pay_${second}`, { createdAt: at(second) }))
  const listed = async (status: 'pending' | 'succeeded' | null) => (await stores.payments.listOfUser('ayse', status, first)).items.map(({ paymentId, status: stands }) => [paymentId, stands])
  for (const status of ['pending', 'succeeded', null] as const) await listed(status)
  await leave()
  await stores.payments.update('pay_2', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(5)))
  t.same(await listed(null), [['pay_3', 'pending'], ['pay_2', 'succeeded'], ['pay_1', 'pending']])
  t.same(await listed('pending'), [['pay_3', 'pending'], ['pay_1', 'pending']])
  t.same(await listed('succeeded'), [['pay_2', 'succeeded']])
})

t.test('a payment whose writes are carried out in part is shown as the journal has it', async (t) => {
  const { stores, store, leave, drainOnce, journal } = await outageWorld()
  await leave()
  await stores.payments.insert(payment('pay_1'))
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(1)))
  store.presence = 'up'
  await drainOnce()
  await drainOnce()
  store.before = async () => { store.before = async () => { store.presence = 'busy' } }
  await drainOnce()
  t.equal(journal.depth, 1)
  store.presence = 'up'
  store.before = async () => {}
  t.match(await stores.payments.find('pay_1'), { status: 'succeeded' })
})

t.test('a caller cannot change a remembered answer', async (t) => {
  const { stores, leave } = await outageWorld()
  const { stored } = await stores.payments.insert(payment('pay_1'))
  spoil(await stores.payments.listOfUser('ayse', null, first))
  await leave()
  t.same(await stores.payments.listOfUser('ayse', null, first), { items: [stored], nextKey: null })
})
