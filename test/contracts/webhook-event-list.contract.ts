import type { Test } from 'tap'
import { unchanged } from '#domain/payments/decision.js'
import { appliedEvent, triedEvent, type WaitingEvent, type WebhookEvent, type WebhookEventState } from '#domain/payments/webhook-event.js'
import { at, open, pageCount, pages, payment, spoil, times, webhookEvent, type MakePersistence } from './fixtures.js'

const STATES: readonly WebhookEventState[] = ['received', 'applied', 'ignored', 'parked']

function waiting (eventKey: string, second: number): WaitingEvent {
  return { ...webhookEvent(eventKey), state: 'received', reason: 'too_early', receivedAt: at(second), dueAt: at(second + 60) }
}

const keys = (events: readonly WebhookEvent[]): string[] => events.map(({ eventKey }) => eventKey)

export function webhookEventListContract (t: Test, makePersistence: MakePersistence): void {
  t.test('waiting events are due from their time on, the longest due first, and no more than asked for', async (t) => {
    const { webhookEvents } = await open(t, makePersistence)
    for (const second of [3, 1, 2]) await webhookEvents.insert(waiting(`a#${second}`, second))
    for (const state of STATES.slice(1)) await webhookEvents.insert(webhookEvent(`a#${state}`, { state, dueAt: null }))
    t.same(keys(await webhookEvents.due(at(60), 10)), [])
    t.same(keys(await webhookEvents.due(at(61), 10)), ['a#1'])
    t.same(keys(await webhookEvents.due(at(999), 10)), ['a#1', 'a#2', 'a#3'])
    t.same(keys(await webhookEvents.due(at(999), 2)), ['a#1', 'a#2'])
    t.same(await webhookEvents.due(at(61), 1), [waiting('a#1', 1)])
  })

  t.test('of several who replace a waiting event at once one does, and the event is due at its new time', async (t) => {
    const { webhookEvents } = await open(t, makePersistence)
    const before = waiting('a#1', 0)
    await webhookEvents.insert(before)
    const after = triedEvent(before, 'payment_unknown', at(60))
    const copy = structuredClone(after)
    const replaced = await times(10, async () => await webhookEvents.replace(before, after))
    t.equal(replaced.filter(Boolean).length, 1)
    spoil(after)
    t.same(await webhookEvents.find('a#1'), copy)
    t.same(keys(await webhookEvents.due(at(359), 10)), [])
    t.same(keys(await webhookEvents.due(at(360), 10)), ['a#1'])
  })

  t.test('an event that was applied, parked or never here is not replaced', async (t) => {
    const { payments, webhookEvents } = await open(t, makePersistence)
    await payments.insert(payment('pay_1'))
    const [one, other, gone] = [waiting('a#1', 0), waiting('a#2', 0), waiting('a#3', 0)]
    await webhookEvents.insert(one)
    await payments.update('pay_1', unchanged, { webhookEvent: appliedEvent(one) })
    const parked = { ...other, state: 'parked', dueAt: null } as const
    await webhookEvents.insert(other)
    t.equal(await webhookEvents.replace(other, parked), true)
    for (const event of [one, other]) t.equal(await webhookEvents.replace(event, waiting(event.eventKey, 5)), false)
    t.same(await webhookEvents.find('a#1'), appliedEvent(one))
    t.same(await webhookEvents.find('a#2'), parked)
    t.same(await webhookEvents.due(at(999), 10), [])
    t.equal(await webhookEvents.replace(gone, parked).catch(() => false), false)
    t.equal(await webhookEvents.find('a#3'), null)
  })

  t.test('parked events are counted, up to a number', async (t) => {
    const { webhookEvents } = await open(t, makePersistence)
    t.equal(await webhookEvents.countParked(10), 0)
    for (const state of STATES) await times(6, async (index) => await webhookEvents.insert(webhookEvent(`${state}#${index}`, { state, ...(state !== 'received' && { dueAt: null }) })))
    t.same(await Promise.all([10, 6, 5].map(async (max) => await webhookEvents.countParked(max))), [6, 6, 5])
  })

  t.test('an event that was parked can still be applied, once', async (t) => {
    const { payments, webhookEvents } = await open(t, makePersistence)
    const { stored: known } = await payments.insert(payment('pay_1'))
    const parked = webhookEvent('a#1', { state: 'parked', dueAt: null, reason: 'payment_unknown' })
    await webhookEvents.insert(parked)
    const applied = await times(5, async () => await payments.update('pay_1', unchanged, { known, webhookEvent: appliedEvent(parked) }))
    t.equal(applied.filter(({ duplicate }) => !duplicate).length, 1)
    t.same(await webhookEvents.find('a#1'), appliedEvent(parked))
  })

  t.test('events are listed newest first, all of them or those of a state and a provider, page by page', async (t) => {
    const { webhookEvents } = await open(t, makePersistence)
    const stored = Array.from({ length: 24 }, (_, index) => webhookEvent(`${index % 3 === 0 ? 'a' : 'b'}#${index + 10}`, {
      provider: index % 3 === 0 ? 'a' : 'b', state: STATES[index % 4] ?? 'received', receivedAt: at(index % 7), dueAt: index % 4 === 0 ? at(99) : null, ...(index % 3 === 1 && { subject: 'shipment', subjectId: null }),
    }))
    for (const event of stored) await webhookEvents.insert(event)
    const order = ({ receivedAt, eventKey }: WebhookEvent) => `${receivedAt}#${eventKey}`
    const expected = stored.toSorted((one, other) => order(one) < order(other) ? 1 : -1)
    for (const limit of [1, 5, 24]) {
      const ofShipments = await pages(async (page) => await webhookEvents.list({ state: null, provider: 'b', subject: 'shipment' }, page), limit)
      t.same(ofShipments.flat(), expected.filter(({ subject }) => subject === 'shipment'), `shipments ${limit}`)
      for (const state of [null, 'parked', 'received'] as const) {
        for (const provider of [null, 'a', 'nobody']) {
          const matching = expected.filter((event) => (state === null || event.state === state) && (provider === null || event.provider === provider))
          const found = await pages(async (page) => await webhookEvents.list({ state, provider }, page), limit)
          t.same(found.flat(), matching, `${state} ${provider} ${limit}`)
          if (provider === null) t.equal(found.length, pageCount(matching.length, limit))
        }
      }
    }
  })

  t.test('the events of a payment are listed newest first, all of them or those of a state and a provider', async (t) => {
    const { webhookEvents, payments } = await open(t, makePersistence)
    const stored = Array.from({ length: 20 }, (_, index) => webhookEvent(`${index % 3 === 0 ? 'a' : 'b'}#${index + 10}`, {
      provider: index % 3 === 0 ? 'a' : 'b', state: STATES[index % 4] ?? 'received', receivedAt: at(index % 7), dueAt: index % 4 === 0 ? at(99) : null, paymentId: index % 5 === 0 ? null : `pay_${index % 2}`,
    }))
    for (const event of stored) await webhookEvents.insert(event)
    const order = ({ receivedAt, eventKey }: WebhookEvent) => `${receivedAt}#${eventKey}`
    const expected = stored.toSorted((one, other) => order(one) < order(other) ? 1 : -1)
    for (const limit of [1, 5, 24]) {
      for (const paymentId of ['pay_0', 'pay_1', 'pay_none']) {
        for (const state of [null, 'parked'] as const) {
          for (const provider of [null, 'a']) {
            const matching = expected.filter((event) => event.paymentId === paymentId && (state === null || event.state === state) && (provider === null || event.provider === provider))
            t.same((await pages(async (page) => await webhookEvents.list({ state, provider, paymentId }, page), limit)).flat(), matching, `${paymentId} ${state} ${provider} ${limit}`)
          }
        }
      }
    }
    await payments.insert(payment('pay_9'))
    const early = waiting('a#early', 1)
    await webhookEvents.insert({ ...early, paymentId: null })
    await payments.update('pay_9', unchanged, { webhookEvent: { ...appliedEvent(early), paymentId: 'pay_9' } })
    const found = await webhookEvents.list({ state: null, provider: null, paymentId: 'pay_9' }, { before: null, limit: 5 })
    t.same(found, { items: [{ ...appliedEvent(early), paymentId: 'pay_9' }], nextKey: null }, 'also where the payment is known later')
    await webhookEvents.insert({ ...waiting('a#late', 2), paymentId: 'pay_8' })
    await webhookEvents.replace({ ...waiting('a#late', 2), paymentId: 'pay_8' }, { ...waiting('a#late', 3), paymentId: 'pay_8' })
    t.same(keys((await webhookEvents.list({ state: null, provider: null, paymentId: 'pay_8' }, { before: null, limit: 5 })).items), ['a#late'])
  })

  t.test('an event that changes its state is listed under the new one alone', async (t) => {
    const { payments, webhookEvents } = await open(t, makePersistence)
    await payments.insert(payment('pay_1'))
    const event = waiting('a#1', 0)
    await webhookEvents.insert(event)
    const listed = async (state: WebhookEventState | null) => keys((await webhookEvents.list({ state, provider: null }, { before: null, limit: 10 })).items)
    t.same([await listed('received'), await listed(null)], [['a#1'], ['a#1']])
    await payments.update('pay_1', unchanged, { webhookEvent: { ...appliedEvent(event), receivedAt: at(9) } })
    t.same([await listed('received'), await listed('applied'), await listed(null)], [[], ['a#1'], ['a#1']])
  })
}
