import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import type { EventActor } from '#domain/live/event-actor.js'
import { unchanged } from '#domain/payments/decision.js'
import { decided as decidedShipment } from '#domain/shipping/decision.js'
import { withActors } from '#infrastructure/wiring/acting.js'
import { noted, payment } from '../../contracts/fixtures.js'
import { purchase, put } from '../../contracts/streamer-store.contract.js'
import { aLabel } from '../../support/shipments.js'
import { allEvents } from '../../support/world.js'

function world () {
  const actor: { now: EventActor } = { now: { kind: 'user', id: 'ada' } }
  const inner = memoryStores()
  const stores = withActors(inner, () => actor.now)
  const actors = async () => (await allEvents(inner)).map((event) => `${event.type} ${String((event as { by?: EventActor }).by?.id)}`).sort()
  return { actor, stores, inner, actors }
}

t.test('events of payments name who acted when their change was begun', async (t) => {
  const { actor, stores, actors } = world()
  await stores.payments.insert(payment('pay_1'))
  actor.now = { kind: 'admin', id: 'boss' }
  const changing = stores.payments.update('pay_1', noted('x'))
  actor.now = { kind: 'user', id: 'bora' }
  const { payment: stored } = await changing
  t.same(await stores.payments.update('pay_1', unchanged), { payment: stored, events: [], duplicate: false }, 'a change that changes nothing has none')
  t.same(await actors(), ['payment.created ada', 'payment.processing boss'])
})

t.test('events of purchases and shipments name them too', async (t) => {
  const { stores, actors, inner } = world()
  await put(stores.streamers, 'led_1', { paymentId: 'pay_2', purchase: purchase('pay_2') })
  await put(stores.streamers, 'led_2', {})
  await inner.payments.insert({ ...payment('pay_1'), events: [] })
  const { stored: known } = await inner.payments.insert({ ...payment('pay_1'), events: [] })
  const shipment = aLabel({ paymentId: 'pay_1' })
  const told = decidedShipment({ ...shipment, status: 'pending' }, shipment, shipment.createdAt).events
  await stores.shipments.insert(shipment, null, noted('x'), known, told)
  await stores.shipments.insert({ ...shipment, shipmentId: 'ship_2' }, null, unchanged, known)
  await stores.shipments.update('ship_1', (before) => ({ shipment: { ...before, version: before.version + 1 }, events: told.map((event) => ({ ...event, eventId: `${event.eventId}1` })) }))
  t.same(await actors(), ['payment.created ada', 'payment.processing ada', 'payment.succeeded ada', ...told.flatMap(({ type }) => [`${type} ada`, `${type} ada`])])
})
