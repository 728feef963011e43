import t from 'tap'
import { withMethods } from '#adapters/durability/proxy.js'
import { makeHandleWebhook } from '#application/payments/handle-webhook.js'
import { DomainError } from '#domain/errors.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { PAYMENT_STATUSES } from '#domain/payments/payment.js'
import { laterBy } from '#domain/time.js'
import { admin, countingIdentity, payer, seller, START, stranger } from '../../support/builders.js'
import { faultyPorts } from '../../support/faulty-store.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { atOnce, decline, eventTypes, success, unknown, world } from '../../support/world.js'

const opened: PaymentFact = { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 10_000 }

async function waiting (w: ReturnType<typeof world>, key = 'waiting'): Promise<string> {
  w.gateway.willCharge(unknown)
  return (await w.process({}, key)).payment.paymentId
}

t.test('an event is applied in one step with its change', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  t.equal(await w.told(paymentId, success(), 'evt_1'), 'applied')
  t.match(await w.payments.find(paymentId), { status: 'succeeded', capturedAmount: 10_000 })
  t.match(await w.webhookEvents.find('scripted#evt_1'), {
    eventKey: 'scripted#evt_1', provider: 'scripted', type: 'succeeded', state: 'applied', paymentId, providerReference: null, fact: success(),
    digest: /^[0-9a-f]{64}$/, receivedAt: START, dueAt: null,
  })
})

t.test('the same event again is a duplicate and changes nothing, even if twenty arrive at once', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  const { answers } = await atOnce(Array.from({ length: 20 }, () => async () => await w.told(paymentId, success(), 'evt_1')))
  t.same(answers.toSorted(), ['applied', ...Array.from({ length: 19 }, () => 'duplicate')])
  t.equal(await w.told(paymentId, success(), 'evt_1'), 'duplicate')
  t.same(await eventTypes(w), ['payment.created', 'payment.succeeded'])
})

t.test('an event that an earlier version stored under its former id is a duplicate', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  const event = { type: 'succeeded', paymentId, providerReference: null, fact: success() }
  await w.handleWebhook({ provider: null, ...w.gateway.delivery({ ...event, eventId: 'former', fact: null }) })
  t.equal(await w.handleWebhook({ provider: null, ...w.gateway.delivery({ ...event, eventId: 'evt_1', formerEventId: 'former' }) }), 'duplicate')
  t.match(await w.payments.find(paymentId), { status: 'pending' })
  t.equal(await w.handleWebhook({ provider: null, ...w.gateway.delivery({ ...event, eventId: 'evt_1', formerEventId: 'another' }) }), 'applied')
  t.equal(await w.handleWebhook({ provider: null, ...w.gateway.delivery({ ...event, eventId: 'evt_1', formerEventId: 'another' }) }), 'duplicate')
})

t.test('while nobody can look for the former id, the event counts as new', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  const webhookEvents = withMethods(w.webhookEvents, { find: async () => { throw new DomainError('store_unavailable', 'away') } })
  const handleWebhook = makeHandleWebhook({ payments: w.payments, webhookEvents, gateways: [w.gateway], identity: countingIdentity(), clock: w.time.clock })
  const event = { type: 'succeeded', paymentId, providerReference: null, fact: success() }
  t.equal(await handleWebhook({ provider: null, ...w.gateway.delivery({ ...event, eventId: 'evt_1', formerEventId: 'former' }) }), 'applied')
})

t.test('the same fact under another id is applied and changes nothing more', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  const before = await w.payments.find(paymentId)
  t.equal(await w.told(paymentId, success(), 'evt_1'), 'applied')
  t.equal(await w.told(paymentId, decline, 'evt_2'), 'applied')
  t.same(await w.payments.find(paymentId), before)
  t.match(await w.webhookEvents.find('scripted#evt_2'), { state: 'applied' })
})

t.test('an early event waits a minute, and is applied when it is delivered again', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  t.equal(await w.told(paymentId, opened, 'evt_2'), 'received')
  t.match(await w.webhookEvents.find('scripted#evt_2'), { state: 'received', paymentId, fact: opened, dueAt: laterBy(START, 60_000) })
  t.match(await w.payments.find(paymentId), { status: 'pending', disputes: [] })
  t.equal(await w.told(paymentId, opened, 'evt_2'), 'duplicate', 'it still waits')
  await w.told(paymentId, success(), 'evt_1')
  t.equal(await w.told(paymentId, opened, 'evt_2'), 'applied')
  t.match(await w.payments.find(paymentId), { status: 'disputed' })
  t.match(await w.webhookEvents.find('scripted#evt_2'), { state: 'applied', dueAt: null })
  t.equal(await w.told(paymentId, opened, 'evt_2'), 'duplicate')
})

t.test('an event of a payment that does not exist yet waits too', async (t) => {
  const w = world()
  t.equal(await w.told('pay_unknown', success(), 'evt_1'), 'received')
  t.match(await w.webhookEvents.find('scripted#evt_1'), { state: 'received', paymentId: 'pay_unknown' })
})

t.test('a signed event is kept while the store of payments does not answer, once, and applied later', async (t) => {
  for (const call of [1, 2]) {
    for (const when of ['before', 'after'] as const) {
      const ports = faultyPorts()
      const w = world({ through: ports.wrap })
      ports.plan(null)
      const paymentId = await waiting(w)
      ports.plan({ call, when })
      t.equal(await w.told(paymentId, success(), 'evt_1'), call === 2 && when === 'after' ? 'duplicate' : 'received')
      ports.plan(null)
      if (call === 1) t.match(await w.webhookEvents.find('scripted#evt_1'), { state: 'received', reason: 'payment_unreadable', dueAt: laterBy(START, 60_000) })
      w.time.advance(60_000)
      await w.completeWebhookEvents()
      t.match(await w.payments.find(paymentId), { status: 'succeeded', capturedAmount: 10_000 }, `${call} ${when}`)
      t.match(await w.webhookEvents.find('scripted#evt_1'), { state: 'applied' })
    }
  }
})

t.test('an error that is not an outage keeps nothing', async (t) => {
  const w = world({ through: (port) => 'find' in port ? { ...port, find: async () => { throw new Error('a bug') } } : port })
  await t.rejects(w.told('pay_1', success(), 'evt_1'), { message: 'a bug' })
  t.equal(await w.webhookEvents.find('scripted#evt_1'), null)
})

t.test('an event that does not concern us is stored as ignored', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  t.equal(await w.told(paymentId, null, 'evt_1'), 'ignored')
  t.equal(await w.told(null, success(), 'evt_2'), 'ignored')
  t.equal(await w.told(null, null, 'evt_2'), 'duplicate')
  const ignored = await w.webhookEvents.find('scripted#evt_1')
  t.match(ignored, { state: 'ignored', type: 'other' })
  t.strictSame([ignored?.fact, ignored?.dueAt], [null, null])
})

t.test('a provider can change only its own payments', async (t) => {
  const other = new ScriptedGateway({ provider: 'other' })
  const w = world({ gateways: [new ScriptedGateway(), other] })
  const paymentId = await waiting(w)
  const delivery = other.delivery({ eventId: 'evt_1', type: 'succeeded', paymentId, providerReference: null, fact: success() })
  t.equal(await w.handleWebhook({ provider: null, ...delivery }), 'ignored')
  t.match(await w.payments.find(paymentId), { status: 'pending', capturedAmount: 0, flags: [] })
  t.match(await w.webhookEvents.find('other#evt_1'), { state: 'ignored' })
  t.equal(await w.told(paymentId, success(), 'evt_1'), 'applied', 'two providers may give the same event id')
})

t.test('a payment is found by the provider\'s reference if the event does not hold its id', async (t) => {
  const w = world()
  const { paymentId, providerReference } = await w.captured()
  const opened: PaymentFact = { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 100 }
  t.equal(await w.told(null, opened, 'evt_1', 'nobody knows it'), 'received')
  t.equal(await w.told(null, opened, 'evt_2', providerReference), 'applied')
  t.match(await w.payments.find(paymentId), { status: 'disputed' })
})

t.test('a webhook without a fact has the provider asked', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  w.gateway.willLookup({ kind: 'unknown', reason: 'it is down' }, { kind: 'found', facts: [success()] })
  t.equal(await w.told(paymentId, 'ask', 'evt_1'), 'received')
  t.match(await w.webhookEvents.find('scripted#evt_1'), { state: 'received', fact: 'ask', dueAt: laterBy(START, 60_000) })
  t.match(await w.payments.find(paymentId), { status: 'pending' })
  t.equal(await w.told(paymentId, 'ask', 'evt_2'), 'applied')
  t.match(await w.payments.find(paymentId), { status: 'succeeded' })
})

t.test('a success of another amount is flagged and does not settle', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  t.equal(await w.told(paymentId, { ...success(), amount: 1 } as PaymentFact), 'applied')
  t.match(await w.payments.find(paymentId), { status: 'pending', capturedAmount: 0, flags: ['amount_mismatch'] })
})

t.test('a late success is kept and flagged', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  await w.told(paymentId, decline)
  await w.told(paymentId, success())
  t.match(await w.payments.find(paymentId), { status: 'succeeded', flags: ['late_success'] })
})

t.test('the provider is found by its signature header, or by its name', async (t) => {
  const other = new ScriptedGateway({ provider: 'other' })
  const w = world({ gateways: [new ScriptedGateway(), other] })
  const webhook = { eventId: 'evt_1', type: 'other', paymentId: null, providerReference: null, fact: null }
  t.equal(await w.handleWebhook({ provider: null, ...other.delivery(webhook) }), 'ignored')
  t.equal(await w.handleWebhook({ provider: 'other', ...other.delivery(webhook) }), 'duplicate')
  t.equal(await w.handleWebhook({ provider: 'scripted', ...w.gateway.delivery(webhook) }), 'ignored')
})

t.test('nothing is stored without a valid signature of a known provider', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  const { headers, body } = w.gateway.delivery({ eventId: 'evt_1', type: 'succeeded', paymentId, providerReference: null, fact: success() })
  const refused: Array<[Parameters<typeof w.handleWebhook>[0], string]> = [
    [{ provider: null, headers: {}, body }, 'invalid_webhook_signature'],
    [{ provider: null, headers: { 'x-scripted-signature': undefined }, body }, 'invalid_webhook_signature'],
    [{ provider: null, headers: { 'x-other-signature': 'valid' }, body }, 'invalid_webhook_signature'],
    [{ provider: null, headers: { 'x-scripted-signature': 'wrong' }, body }, 'invalid_webhook_signature'],
    [{ provider: 'scripted', headers: {}, body }, 'invalid_webhook_signature'],
    [{ provider: 'nobody', headers, body }, 'unknown_provider'],
  ]
  for (const [delivery, code] of refused) await t.rejects(w.handleWebhook(delivery), { code })
  t.equal(await w.webhookEvents.find('scripted#evt_1'), null)
  t.match(await w.payments.find(paymentId), { status: 'pending' })
})

t.test('only the payer, the seller and administrators see a payment', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  for (const caller of [payer, seller, admin]) t.equal((await w.getPayment({ caller, paymentId })).paymentId, paymentId)
  await t.rejects(w.getPayment({ caller: stranger, paymentId }), { code: 'not_found' })
  await t.rejects(w.getPayment({ caller: admin, paymentId: 'pay_none' }), { code: 'not_found' })
})

t.test('a caller without a user id does not see a payment without a seller', async (t) => {
  const w = world()
  const { paymentId } = await w.captured({ sellerId: null })
  await t.rejects(w.getPayment({ caller: { userId: null, admin: false }, paymentId }), { code: 'not_found' })
  t.equal((await w.getPayment({ caller: admin, paymentId })).paymentId, paymentId)
})

t.test('users list the payments they made, newest first, page by page and by status', async (t) => {
  const w = world()
  const ids: string[] = []
  for (const key of ['one', 'two', 'three']) {
    ids.unshift((await w.captured({}, key)).paymentId)
    w.time.advance(1_000)
  }
  const pending = await waiting(w)
  const list = async (userId: string, status: typeof PAYMENT_STATUSES[number] | null, before: string | null = null, limit = 2) => {
    const { items, nextKey } = await w.listPayments({ userId, status, before, limit })
    return { ids: items.map(({ paymentId }) => paymentId), nextKey }
  }
  const first = await list('ada', null)
  t.same(first.ids, [pending, ids[0]])
  const second = await list('ada', null, first.nextKey)
  t.same(second, { ids: [ids[1], ids[2]], nextKey: null })
  t.same(await list('ada', 'pending'), { ids: [pending], nextKey: null })
  t.same((await list('ada', 'succeeded', null, 10)).ids, ids)
  for (const userId of ['sela', 'bora']) t.same(await list(userId, null), { ids: [], nextKey: null }, 'no other user paid')
})
