import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { recordedStores } from '#adapters/durability/recording.js'
import { WRITE_CODEC } from '#adapters/durability/writes/journaled-write.js'
import { decided as decidedPayment } from '#domain/payments/decision.js'
import { reserveItems, reserveReturn } from '#domain/payments/fulfillment.js'
import { decided } from '#domain/shipping/decision.js'
import { withLabel } from '#domain/shipping/label.js'
import { withNews } from '#domain/shipping/news.js'
import { newReturn, withReturnAccepted } from '#domain/shipping/return.js'
import type { Payment } from '#domain/payments/payment.js'
import type { OpenStores } from '#application/ports/stores.js'
import { at, eventsOf, payment, webhookEvent } from '../../contracts/fixtures.js'
import { BadDisk } from '../../support/bad-disk.js'
import { settableClock } from '../../support/builders.js'
import { outageWorld } from '../../support/outages.js'
import { aShipment, scan, someAddresses } from '../../support/shipments.js'

const { clock } = settableClock()
const FIRST = { shipmentId: 'ship_1', paymentId: 'pay_1' }
const ITEMS = [{ index: 0, quantity: 1 }]
const FACTS = { carrierReference: 'ref-1', carrierName: null, service: null, trackingNumber: 'T1', trackingUrl: null, price: null }
const EVENT = webhookEvent('carrier#1', { state: 'applied', reason: null, dueAt: null })

async function open (disk: BadDisk): Promise<OpenStores> {
  return await recordedStores(memoryStores(), await Journal.open({ codec: WRITE_CODEC, disk, clock }), () => {})
}

/** Two shipments of one payment, the first on its way with a label, the second without addresses; and the return of the second. */
async function fill (stores: OpenStores): Promise<void> {
  const { payments, shipments, shipmentAddresses } = stores
  const items = [{ name: 'Scarf', quantity: 2, unitAmount: 50, sku: null, productId: null, imageUrl: null }]
  await payments.insert(payment('pay_1', { items }))
  const { payment: paid } = await payments.update('pay_1', (before) => decidedPayment(before, { ...before, status: 'succeeded', capturedAmount: 100 }, at(1), []))
  for (const [shipmentId, addresses] of [['ship_1', someAddresses()], ['ship_1', someAddresses()], ['ship_2', null]] as const) {
    const shipment = aShipment({ shipmentId, items: ITEMS, createdAt: at(2), carrierKey: `key of ${shipmentId}` })
    await shipments.insert(shipment, addresses, (current) => reserveItems(current, { shipmentId, items: ITEMS }, at(2)), paid)
  }
  await shipments.update('ship_1', (before) => decided(before, withLabel(before, FACTS), at(3)))
  await shipmentAddresses.keepLabel(FIRST, { format: 'zpl', bytes: Buffer.from('^XA^XZ') })
  for (let time = 0; time < 2; time++) await shipments.update('ship_1', (before) => decided(before, withNews(before, [scan('in_transit', 1)]), at(4)), { webhookEvent: EVENT })
  await payments.update('pay_1', (before) => decidedPayment(before, { ...before, description: 'later' }, at(5), []))
  await shipmentAddresses.expire(FIRST, at(100))
  await sendBack(stores, paid)
}

/** The second has arrived, and its return is accepted. */
async function sendBack ({ shipments }: OpenStores, paid: Payment): Promise<void> {
  await shipments.update('ship_2', (before) => decided({ ...before, status: 'created' }, withNews({ ...before, status: 'created' }, [scan('delivered', 1)]), at(6)))
  const draft = { shipmentId: 'ship_r', carrierKey: 'key of ship_r', fingerprint: 'f', paymentId: 'pay_1', orderId: 'o', sellerId: 'mehmet', buyerId: 'ayse', carrier: 'scripted', items: ITEMS }
  const { shipment, events } = newReturn(draft, { reason: 'too small', owner: 'lease_r', now: at(7) })
  await shipments.insert(shipment, null, (current) => reserveReturn(current, { shipmentId: 'ship_r', items: ITEMS }, at(7)), paid, events)
  const label = { carrier: 'scripted', carrierName: null, service: null, trackingNumber: null, trackingUrl: null, price: null, parcels: [] }
  await shipments.update('ship_r', (before) => decided(before, withReturnAccepted(before, label, { owner: 'lease_2', until: at(60), now: at(8) }), at(8)), { addresses: someAddresses('ship_r') })
}

async function all ({ payments, shipments, shipmentAddresses, webhookEvents, outbox }: OpenStores) {
  return {
    payment: await payments.find('pay_1'),
    shipments: [await shipments.find('ship_1'), await shipments.find('ship_2'), await shipments.find('ship_r')],
    byReference: await shipments.findByCarrier('scripted', { carrierKey: null, carrierReference: 'ref-1' }),
    addresses: [await shipmentAddresses.find('ship_1', at(99)), await shipmentAddresses.find('ship_1', at(100)), await shipmentAddresses.find('ship_2', at(3)), await shipmentAddresses.find('ship_r', at(9))],
    event: await webhookEvents.find('carrier#1'),
    outbox: (await eventsOf(outbox)).toSorted((one, other) => one.eventId.localeCompare(other.eventId)),
  }
}

const LEFT = {
  payment: { version: 8, description: 'later', shipments: [{ shipmentId: 'ship_1', items: ITEMS, state: 'shipped' }, { shipmentId: 'ship_2', items: ITEMS, state: 'delivered' }, { shipmentId: 'ship_r', items: ITEMS, state: 'open', direction: 'return' }] },
  shipments: [{ status: 'in_transit', version: 3, events: [{ kind: 'in_transit' }] }, { status: 'delivered', version: 2 }, { status: 'pending', version: 2, returnRequest: { reason: 'too small', answer: { accepted: true } } }],
  byReference: { shipmentId: 'ship_1' },
  addresses: [{ content: '1 × Scarf', label: { format: 'zpl', bytes: Buffer.from('^XA^XZ') }, expiresAt: at(100) }, null, null, { content: '1 × Scarf' }],
  event: { state: 'applied' },
}

t.test('a restart keeps shipments, their part of the payment, their addresses and labels, and when these run out', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  await fill(before)
  const left = await all(before)
  t.match(left, LEFT)
  disk.crash()
  t.same(await all(await open(disk)), left)
})

t.test('the first start with a store drains shipments into it, and a second drain changes nothing', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  await fill(before)
  const left = await all(before)
  const written = Buffer.from(disk.only.bytes)
  const first = await outageWorld({ disk })
  await first.comeBack()
  t.same(await all(first.inner), left)
  const again = new BadDisk()
  again.files.set('journal-000000000001.log', { bytes: written, synced: written.length })
  const second = await outageWorld({ inner: first.inner, disk: again })
  await second.comeBack()
  t.same(await all(first.inner), left)
  t.same([...first.quarantine.list(), ...second.quarantine.list()], [])
})
