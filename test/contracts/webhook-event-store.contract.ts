import type { Test } from 'tap'
import { unchanged } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import { settle } from '#domain/payments/settlement.js'
import { triedEvent } from '#domain/payments/webhook-event.js'
import { at, eventsOf, noted, open, payment, spoil, times, webhookEvent, type MakePersistence } from './fixtures.js'

export function webhookEventStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a webhook event is found as it was stored', async (t) => {
    const { webhookEvents } = await open(t, makePersistence)
    const received = webhookEvent('simulator#1')
    const ignored = webhookEvent('simulator#2', { state: 'ignored', fact: null, paymentId: null, dueAt: null })
    t.same(await webhookEvents.insert(received), { inserted: true, stored: received })
    t.same(await webhookEvents.insert(ignored), { inserted: true, stored: ignored })
    t.same(await webhookEvents.find('simulator#1'), received)
    t.same(await webhookEvents.find('simulator#2'), ignored)
    const news = webhookEvent('simulator#4', { fact: 'ask' })
    t.same((await webhookEvents.insert(news)).stored, news)
    t.same(await webhookEvents.find('simulator#4'), news)
    t.equal(await webhookEvents.find('simulator#3'), null)
  })

  t.test('an event of a shipment is found with what it is about, and goes on from there as any other', async (t) => {
    const { webhookEvents } = await open(t, makePersistence)
    const scan = { eventId: 'scan_1', kind: 'in_transit', rawCode: '2', text: 'Transfer merkezinde', location: 'İzmir', occurredAt: at(0) } as const
    const names = { carrierKey: 'BVABC0', carrierReference: null, trackingNumber: '123' }
    const told = webhookEvent('shipment:simulator#1', { subject: 'shipment', subjectId: null, paymentId: null, fact: 'ask', news: { ...names, news: [scan] } })
    const hint = webhookEvent('shipment:simulator#2', { subject: 'shipment', subjectId: 'ship_1', paymentId: null, fact: 'ask', news: { ...names, news: 'ask' } })
    for (const event of [told, hint]) {
      t.same((await webhookEvents.insert(event)).stored, event)
      t.same(await webhookEvents.find(event.eventKey), event)
    }
    const [due] = await webhookEvents.due(at(60), 1)
    if (due === undefined) throw new Error('it is due')
    const next = triedEvent(due, 'subject_unknown', at(60))
    t.equal(await webhookEvents.replace(due, next), true)
    t.same(await webhookEvents.find(due.eventKey), { ...due, tries: 1, reason: 'subject_unknown', dueAt: next.dueAt })
  })

  t.test('a repeated event is answered with the stored one, which stays as it is', async (t) => {
    const { webhookEvents } = await open(t, makePersistence)
    const first = webhookEvent('simulator#1')
    await webhookEvents.insert(first)
    t.same(await webhookEvents.insert(webhookEvent('simulator#1', { state: 'ignored', receivedAt: at(5) })), { inserted: false, stored: first })
    t.same(await webhookEvents.find('simulator#1'), first)
  })

  t.test('of 20 copies of an event at once, one is stored', async (t) => {
    const { webhookEvents } = await open(t, makePersistence)
    const results = await times(20, async (index) => await webhookEvents.insert(webhookEvent('simulator#1', { receivedAt: at(index) })))
    t.equal(results.filter(({ inserted }) => inserted).length, 1)
    const stored = await webhookEvents.find('simulator#1')
    for (const result of results) t.same(result.stored, stored)
  })

  t.test('a row that was read cannot be used to change the store', async (t) => {
    const { webhookEvents } = await open(t, makePersistence)
    const event = webhookEvent('simulator#1')
    const copy = structuredClone(event)
    spoil((await webhookEvents.insert(event)).stored)
    spoil(event)
    const found = await webhookEvents.find('simulator#1')
    t.same(found, copy)
    if (found !== null) spoil(found)
    t.same(await webhookEvents.find('simulator#1'), copy)
  })

  appliedEventContract(t, makePersistence)
}

const captured = { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' } as const
const capture = (before: Payment) => settle(before, captured, at(1))

/** Events that the payment store records beside the change they make. */
function appliedEventContract (t: Test, makePersistence: MakePersistence): void {
  const applied = webhookEvent('simulator#1', { state: 'applied', dueAt: null })

  t.test('of 10 copies of an event at once, one is applied', async (t) => {
    const { payments, webhookEvents, outbox } = await open(t, makePersistence)
    const { stored: known } = await payments.insert(payment('pay_1'))
    const updates = await times(10, async (index) =>
      await payments.update('pay_1', noted('x'), { webhookEvent: applied, ...(index % 2 === 0 && { known }) }))
    t.equal(updates.filter(({ duplicate }) => !duplicate).length, 1)
    const stored = await payments.find('pay_1')
    t.match(stored, { version: 2, description: 'x' })
    for (const update of updates.filter(({ duplicate }) => duplicate)) t.same(update, { payment: stored, events: [], duplicate: true })
    t.same(await webhookEvents.find('simulator#1'), applied)
    t.equal((await eventsOf(outbox)).length, 2)
  })

  t.test('10 different events at once are all applied', async (t) => {
    const { payments } = await open(t, makePersistence)
    await payments.insert(payment('pay_1'))
    await times(10, async (index) => await payments.update('pay_1', noted('x'), { webhookEvent: { ...applied, eventKey: `simulator#${index}` } }))
    t.match(await payments.find('pay_1'), { version: 11, description: 'x'.repeat(10) })
  })

  t.test('an event that waited is applied, and one that was ignored is not', async (t) => {
    const { payments, webhookEvents } = await open(t, makePersistence)
    await payments.insert(payment('pay_1'))
    await webhookEvents.insert(webhookEvent('simulator#1'))
    await webhookEvents.insert(webhookEvent('simulator#2', { state: 'ignored' }))
    t.match(await payments.update('pay_1', capture, { webhookEvent: applied }), { duplicate: false, payment: { status: 'succeeded' } })
    t.same(await webhookEvents.find('simulator#1'), applied)
    const ignored = await payments.update('pay_1', noted('x'), { webhookEvent: { ...applied, eventKey: 'simulator#2' } })
    t.match(ignored, { duplicate: true, events: [], payment: { version: 2 } })
  })

  t.test('an event that changes nothing is recorded all the same', async (t) => {
    const { payments, webhookEvents, outbox } = await open(t, makePersistence)
    const { stored: known } = await payments.insert(payment('pay_1'))
    t.same(await payments.update('pay_1', unchanged, { known, webhookEvent: applied }), { payment: known, events: [], duplicate: false })
    t.same(await webhookEvents.find('simulator#1'), applied)
    t.same(await payments.update('pay_1', noted('x'), { known, webhookEvent: applied }), { payment: known, events: [], duplicate: true })
    t.equal((await eventsOf(outbox)).length, 1)
  })

  t.test('an event that would change nothing in a past state is applied to the present one', async (t) => {
    const { payments } = await open(t, makePersistence)
    const { stored: known } = await payments.insert(payment('pay_1'))
    await payments.update('pay_1', noted('first '))
    const change = (before: Payment) => before.version === known.version ? unchanged(before) : noted('second')(before)
    t.match(await payments.update('pay_1', change, { known, webhookEvent: applied }), { duplicate: false, payment: { description: 'first second' } })
  })

  t.test('an event whose change is refused is not recorded', async (t) => {
    const { payments, webhookEvents } = await open(t, makePersistence)
    await payments.insert(payment('pay_1'))
    const refuse = () => { throw new DomainError('dispute_open', 'not now') }
    await t.rejects(payments.update('pay_1', refuse, { webhookEvent: applied }), { code: 'dispute_open' })
    await t.rejects(payments.update('pay_2', capture, { webhookEvent: applied }), { code: 'not_found' })
    t.equal(await webhookEvents.find('simulator#1'), null)
    t.equal((await payments.update('pay_1', capture, { webhookEvent: applied })).duplicate, false)
  })
}
