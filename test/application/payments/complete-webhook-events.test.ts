import t from 'tap'
import { makeReplayWebhookEvent } from '#application/payments/webhook-events.js'
import { memoryStores } from '#adapters/memory/stores.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { countingIdentity } from '../../support/builders.js'
import { webhookEvent } from '../../contracts/fixtures.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { eventTypes, found, notFound, success, unknown, world } from '../../support/world.js'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const WAITS_MS = [MINUTE_MS, 5 * MINUTE_MS, 60 * MINUTE_MS, DAY_MS, DAY_MS]

const opened: PaymentFact = { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 10_000 }

type World = ReturnType<typeof world>

async function waiting (w: World): Promise<string> {
  w.gateway.willCharge(unknown)
  return (await w.process({}, 'waiting')).payment.paymentId
}

/** Lets all tries pass, and returns how many times the provider was asked. */
async function passAll (w: World): Promise<number> {
  const before = w.gateway.lookups.length
  for (const wait of WAITS_MS) {
    w.time.advance(wait - 1)
    await w.completeWebhookEvents()
    w.time.advance(1)
    await w.completeWebhookEvents()
  }
  return w.gateway.lookups.length - before
}

t.test('an event that overtook another is applied on its first retry, without asking the provider', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  t.equal(await w.told(paymentId, opened, 'evt_2'), 'received')
  t.match(await w.webhookEvents.find('scripted#evt_2'), { state: 'received', reason: 'too_early', tries: 0 })
  await w.told(paymentId, success(), 'evt_1')
  await w.completeWebhookEvents()
  t.match(await w.payments.find(paymentId), { status: 'succeeded' }, 'not before it is due')
  w.time.advance(MINUTE_MS)
  await w.completeWebhookEvents()
  t.match(await w.payments.find(paymentId), { status: 'disputed', disputes: [{ disputeId: 'dp_1' }] })
  t.match(await w.webhookEvents.find('scripted#evt_2'), { state: 'applied', reason: null, dueAt: null })
  t.equal(await w.told(paymentId, opened, 'evt_2'), 'duplicate')
  t.equal(w.gateway.lookups.length, 0)
})

t.test('if the missing fact does not arrive, the provider is asked for it', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  await w.told(paymentId, opened, 'evt_2')
  w.time.advance(MINUTE_MS)
  await w.completeWebhookEvents()
  t.match(await w.webhookEvents.find('scripted#evt_2'), { state: 'received', reason: 'too_early', tries: 1 })
  t.equal(w.gateway.lookups.length, 0)
  w.time.advance(5 * MINUTE_MS)
  w.gateway.willLookup(found(success()))
  await w.completeWebhookEvents()
  t.match(await w.payments.find(paymentId), { status: 'disputed', capturedAmount: 10_000 })
  t.match(await w.webhookEvents.find('scripted#evt_2'), { state: 'applied' })
  t.same(await eventTypes(w), ['payment.created', 'payment.succeeded', 'dispute.opened'])
})

t.test('an event that still cannot be applied is parked after two days, with its reason, and changes nothing', async (t) => {
  const stranger: PaymentFact = { kind: 'processing', reference: 'ref-9' }
  const cases: Array<[string, (paymentId: string) => Parameters<World['told']>, typeof unknown | typeof notFound, string, number]> = [
    ['its payment never came', () => ['pay_none', success(), 'evt_1'], unknown, 'payment_unknown', 0],
    ['nobody has the reference', () => [null, stranger, 'evt_1', 'ref-9'], unknown, 'payment_unknown', 0],
    ['the money was never taken', (paymentId) => [paymentId, opened, 'evt_1'], notFound, 'too_early', 4],
    ['the provider is silent', (paymentId) => [paymentId, 'ask', 'evt_1'], unknown, 'provider_silent', 5],
  ]
  for (const [name, told, answer, reason, asked] of cases) {
    const w = world()
    const paymentId = await waiting(w)
    w.gateway.willLookup(...Array.from({ length: 7 }, () => answer))
    t.equal(await w.told(...told(paymentId)), 'received', name)
    t.equal(await passAll(w), asked, name)
    t.match(await w.webhookEvents.find('scripted#evt_1'), { state: 'parked', reason, tries: 5, dueAt: null }, name)
    t.same(await w.webhookEvents.due(w.time.clock(), 10), [])
    t.match(await w.payments.find(paymentId), { status: 'pending', flags: [] })
    t.match((await w.listWebhookEvents({ state: 'parked', provider: null, before: null, limit: 10 })).items, [{ eventKey: 'scripted#evt_1', reason }])
    t.equal(await w.told(...told(paymentId)), 'duplicate', 'it stays parked when the provider repeats it')
  }
})

t.test('the facts of a look-up for an early event are recorded, even if they are not the missing ones', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  await w.told(paymentId, opened, 'evt_1')
  w.time.advance(MINUTE_MS)
  await w.completeWebhookEvents()
  w.time.advance(5 * MINUTE_MS)
  w.gateway.willLookup(found({ kind: 'processing', reference: 'ref-1' }))
  await w.completeWebhookEvents()
  t.match(await w.payments.find(paymentId), { status: 'pending', providerReference: 'ref-1', disputes: [] })
  t.match(await w.webhookEvents.find('scripted#evt_1'), { state: 'received', reason: 'too_early', tries: 2 })
})

t.test('an event that waited for a payment of another provider is ignored', async (t) => {
  const other = new ScriptedGateway({ provider: 'other' })
  const w = world({ gateways: [new ScriptedGateway(), other] })
  const delivery = other.delivery({ eventId: 'evt_1', type: 'x', paymentId: 'pay_later', providerReference: null, fact: success() })
  t.equal(await w.handleWebhook({ provider: null, ...delivery }), 'received')
  const { paymentId } = await w.captured()
  w.time.advance(MINUTE_MS)
  for (const event of await w.webhookEvents.due(w.time.clock(), 10)) await w.webhookEvents.replace(event, { ...event, paymentId })
  await w.completeWebhookEvents()
  t.match(await w.webhookEvents.find('other#evt_1'), { state: 'ignored', reason: null, dueAt: null })
})

t.test('an event about something that only another version knows waits for that version, and is parked after its last try', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  const event = webhookEvent('room:scripted#evt_1', { subject: 'room' as 'shipment', subjectId: 'room_1', paymentId: null, fact: 'ask', receivedAt: w.time.clock(), dueAt: w.time.clock() })
  await w.webhookEvents.insert(event)
  await w.completeWebhookEvents()
  t.match(await w.webhookEvents.find(event.eventKey), { state: 'received', reason: 'subject_unreadable', tries: 1, subject: 'room', subjectId: 'room_1' })
  await passAll(w)
  t.match(await w.webhookEvents.find(event.eventKey), { state: 'parked', reason: 'subject_unreadable' })
  t.match(await w.payments.find(paymentId), { status: 'succeeded' })
})

t.test('an event that only a provider can explain waits when that is no longer configured', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willLookup(unknown)
  t.equal(await w.told(paymentId, 'ask', 'evt_1'), 'received')
  const gone = makeReplayWebhookEvent({ ...w, gateways: [new ScriptedGateway({ provider: 'other' })], identity: countingIdentity(), clock: w.time.clock })
  t.match(await gone('scripted#evt_1'), { state: 'received', reason: 'provider_silent' })
})

t.test('two concurrent jobs apply an event once', async (t) => {
  const persistence = memoryStores()
  const identity = countingIdentity()
  const [one, other] = [world({ persistence, identity }), world({ persistence, identity })]
  const paymentId = await waiting(one)
  await one.told(paymentId, opened, 'evt_2')
  await one.told(paymentId, success(), 'evt_1')
  for (const w of [one, other]) w.time.advance(MINUTE_MS)
  await Promise.all([one, other].map(async (w) => { await w.completeWebhookEvents() }))
  t.match(await one.webhookEvents.find('scripted#evt_2'), { state: 'applied', tries: 0 })
  t.same(await eventTypes(one), ['payment.created', 'payment.succeeded', 'dispute.opened'])
})

t.test('more may be due as long as a run is full', async (t) => {
  const w = world()
  for (let index = 0; index < 17; index++) await w.told('pay_none', success(), `evt_${index}`)
  w.time.advance(MINUTE_MS)
  t.same([await w.completeWebhookEvents(), await w.completeWebhookEvents(), await w.completeWebhookEvents()], [true, false, false])
})

t.test('a replay applies an event now, whatever it waits for, and once', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  await w.told(paymentId, opened, 'evt_1')
  w.gateway.willLookup(unknown)
  t.match(await w.replayWebhookEvent('scripted#evt_1'), { state: 'received', tries: 0 }, 'it waits on')
  w.gateway.willLookup(unknown, unknown, unknown, unknown)
  await passAll(w)
  t.match(await w.webhookEvents.find('scripted#evt_1'), { state: 'parked' })
  w.gateway.willLookup(found(success()))
  t.match(await w.replayWebhookEvent('scripted#evt_1'), { state: 'applied', reason: null })
  t.match(await w.payments.find(paymentId), { status: 'disputed' })
  const lookups = w.gateway.lookups.length
  t.match(await w.replayWebhookEvent('scripted#evt_1'), { state: 'applied' })
  await w.told(paymentId, null, 'evt_3')
  t.match(await w.replayWebhookEvent('scripted#evt_3'), { state: 'ignored' })
  t.equal(w.gateway.lookups.length, lookups)
  await t.rejects(w.replayWebhookEvent('scripted#none'), { code: 'not_found' })
})

t.test('an event with an unusual or too long id is stored under a digest of it', async (t) => {
  const w = world()
  for (const eventId of ['x'.repeat(91), 'with space', 'ü', '']) {
    t.equal(await w.told(null, null, eventId), 'ignored', eventId)
    t.equal(await w.told(null, null, eventId), 'duplicate', eventId)
  }
  const { items } = await w.listWebhookEvents({ state: null, provider: 'scripted', before: null, limit: 10 })
  t.ok(items.every(({ eventKey }) => /^scripted#digest:[\w+/=-]+$/.test(eventKey) && eventKey.length < 128))
  t.equal(items.length, 4)
  t.equal(await w.told(null, null, 'x'.repeat(90)), 'ignored')
  t.match(await w.webhookEvents.find(`scripted#${'x'.repeat(90)}`), { state: 'ignored' })
})
