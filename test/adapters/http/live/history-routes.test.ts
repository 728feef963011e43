import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makePublish } from '#application/outbox/effects/publish.js'
import { DAY_MS } from '#domain/time.js'
import { payment } from '../../../contracts/fixtures.js'
import { dispatcherOf } from '../../../support/dispatching.js'
import { adminUser, as, key, startService } from '../../../support/service.js'

const [ayse, mehmet, ceren] = [as('ayse'), as('mehmet'), as('ceren')]
const LABEL = { service: 'sim_ok', parcels: [{ lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }] }
const PARTY = { contactName: 'Cem Kaya', phone: '0532 123 45 67', line1: 'Gül Sokak 7', district: 'Kadikoy', city: 'istanbul', country: 'TR' }
const publish = [makePublish({ keptMs: DAY_MS })]

t.test('the people of a payment and of its shipment read what has happened, oldest first and page by page', async (t) => {
  const openedStores = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores } })
  const { body: { paymentId } } = await call('POST', '/api/payments/process', { ...ayse, ...key('pay') }, { amount: 12_500, currency: 'TRY', orderId: 'order', sellerId: 'mehmet', paymentMethod: { token: 'tok_ok' } })
  const { body: { shipmentId } } = await call('POST', `/api/payments/${paymentId}/shipments`, { ...mehmet, ...key('ship') }, { ...LABEL, recipient: PARTY, sender: PARTY })
  const history = `/api/payments/${paymentId}/history`
  t.same((await call('GET', history, ayse)).body, { items: [], nextCursor: null, since: null }, 'nothing has taken effect yet')
  await dispatcherOf(openedStores, { effects: publish }).run()

  for (const caller of [ayse, mehmet, adminUser]) {
    const { status, body: { items, since } } = await call('GET', history, caller)
    t.same([status, since, items.map(({ type, version, status, previousStatus }) => [type, version, status, previousStatus])], [200, null, [['payment.created', 1, 'pending', null], ['payment.succeeded', 2, 'succeeded', 'pending']]])
    t.same(Object.keys(items[0] ?? {}).sort(), ['amount', 'currency', 'id', 'occurredAt', 'previousStatus', 'refundId', 'status', 'type', 'version'], 'no person is named')
  }
  const first = await call('GET', `${history}?limit=1`, ayse)
  const second = await call('GET', `${history}?limit=1&cursor=${first.body.nextCursor}`, ayse)
  t.same([...first.body.items, ...second.body.items].map(({ type }) => type), ['payment.created', 'payment.succeeded'])
  t.match(second.body, { nextCursor: null, since: null })
  t.match((await call('GET', `/api/shipments/${String(shipmentId)}/history`, ayse)).body, { items: [{ type: 'shipment.created', status: 'created', previousStatus: 'pending', direction: 'outbound', carrier: 'simulator' }], nextCursor: null })
  for (const path of [history, `/api/shipments/${String(shipmentId)}/history`]) t.match(await call('GET', path, ceren), { status: 404, body: { code: 'not_found' } })
  t.match(await call('GET', `/api/shipments/${String(shipmentId)}/history?cursor=${first.body.nextCursor}`, ayse), { status: 400, body: { code: 'invalid_cursor' } })
})

t.test('the history of a payment that is older than the log says since when it is kept', async (t) => {
  const openedStores = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores } })
  const { payment: old, events: [created] } = payment('pay_old')
  await openedStores.payments.insert({ payment: old, events: [] })
  if (created !== undefined) await openedStores.payments.update('pay_old', (before) => ({ payment: { ...before, version: 2 }, events: [{ ...created, type: 'payment.flagged', eventId: `${created.occurredAt}#pay_old#000002.000` }] }))
  await dispatcherOf(openedStores, { effects: publish }).run()
  t.match((await call('GET', '/api/payments/pay_old/history', ayse)).body, { items: [{ type: 'payment.flagged', version: 2 }], since: created?.occurredAt })
})
