// @own-process
import t from 'tap'
import type { CarrierWebhook } from '#application/ports/shipping-carrier.js'
import { makeHandleCarrierWebhook } from '#application/shipping/handle-carrier-webhook.js'
import { DAY_MS } from '#domain/time.js'
import { shipmentRow } from '#adapters/dynamodb/shipping/shipment-row.js'
import { payer as buyer, seller } from '../../../support/builders.js'
import { batchWrite, type Put } from '../../../support/batch-write.js'
import { readDocument } from '../../../support/documents.js'
import { inFull, startDynamoDb } from '../../../support/dynamodb.js'
import { LABEL, ScriptedCarrier } from '../../../support/scripted-carrier.js'
import { aLabel, PARCEL, scan } from '../../../support/shipments.js'
import { shippingWorld, WRITTEN } from '../../../support/shipping-world.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** A carrier whose webhooks all say the same. */
class TellingCarrier extends ScriptedCarrier {
  webhook: CarrierWebhook = { eventId: '', type: 'x', carrierKey: null, carrierReference: null, trackingNumber: null, news: null }

  override verifyWebhook (): CarrierWebhook {
    return this.webhook
  }
}

const SIZES = [1_000, Number(process.env['SHIPMENTS'] ?? (inFull ? 10_000 : 2_000))]
const PAGE = { before: null, limit: 20 }
const NO_FILTER = { status: null, carrier: null, sellerId: null, flag: null, from: null, to: null }

/** The table of the guide to performance, by its first column. */
function documented (): Record<string, string> {
  const [, section = ''] = readDocument('docs/performance.md').split('\n## Shipments\n')
  return Object.fromEntries([...(section.split('\n## ')[0] ?? '').matchAll(/^\| (?!requests|-)(.*?) \| (.*?) \|$/gm)].slice(1).map(([, name = '', requests = '']) => [name, requests]))
}

/** Shipments of one seller and a few buyers. */
async function * rowsOf (table: string, from: number, to: number): AsyncGenerator<Put> {
  for (let index = from; index < to; index++) {
    yield [table, shipmentRow(aLabel({ shipmentId: `ship_${index}`, carrierKey: `key ${index}`, carrierReference: `stored ${index}`, buyerId: `buyer${index % 7}` }), 'token')]
  }
}

t.test('each use case of shipping takes the same requests however many shipments there are, as the document says', async (t) => {
  const commands: string[] = []
  const tables = await dynamoDb.freshTables()
  const stores = dynamoDb.open(tables, { onRequest: (command) => { commands.push(command) } })
  t.teardown(async () => await stores.close())
  const carrier = new TellingCarrier()
  // The clock of the test stands in the past, and Amazon's engine deletes what has expired today.
  const w = await shippingWorld({ stores, carriers: [carrier], shippingPiiMs: 3650 * DAY_MS })
  const handleCarrierWebhook = makeHandleCarrierWebhook({ ...w.ports, webhookEvents: stores.webhookEvents })

  /** All use cases once, with an order of their own, and what each asks of DynamoDB. */
  async function round (name: string): Promise<Record<string, string>> {
    const counts: Record<string, string> = {}
    const counted = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
      commands.length = 0
      const result = await run()
      counts[what] = [...new Set(commands)].toSorted().map((command) => `${commands.filter((one) => one === command).length} ${command}`).join(', ')
      return result
    }
    const paymentId = `pay_${name}`
    await w.pay({ paymentId, orderId: `order ${name}` })
    const label = { ...LABEL, carrierReference: `ref ${name}` }
    carrier.will({
      quote: [{ kind: 'quotes', quotes: [] }],
      create: [{ kind: 'progress', progress: 'draft' }, label, { ...label, carrierReference: `back ${name}` }, { ...label, carrierReference: `gone ${name}` }],
      find: [{ kind: 'not_found' }],
      cancel: [{ kind: 'canceled' }],
      track: Array.from({ length: 2 }, () => ({ kind: 'tracked' as const, events: [scan('handed_over', 1)], trackingNumber: null, trackingUrl: null, canceled: false })),
    })
    const request = { carrier: null, parcels: [PARCEL], recipient: WRITTEN, sender: null }
    await counted('quote', async () => await w.quoteShipment({ caller: seller, paymentId, request }))
    const { shipment: { shipmentId, carrierKey } } = await counted('make a label, in two steps', async () => await w.ship({ items: [{ index: 0, quantity: 1 }] }, 'key-1', paymentId))
    await counted('the same again', async () => await w.ship({ items: [{ index: 0, quantity: 1 }] }, 'key-1', paymentId))
    await counted('look at a parcel that has moved', async () => await w.reconcileShipment(shipmentId))
    await counted('look at one that has not', async () => await w.reconcileShipment(shipmentId))
    carrier.webhook = { ...carrier.webhook, eventId: `evt ${name}`, carrierKey, news: [scan('in_transit', 2)] }
    await counted('webhook of a carrier', async () => await handleCarrierWebhook({ carrier: 'scripted', headers: {}, body: Buffer.from('{}') }))
    await counted('confirm the delivery', async () => await w.confirmDelivery({ caller: buyer, shipmentId }))
    await counted('read a shipment', async () => await w.getShipment({ caller: buyer, shipmentId }))
    await counted('list those of a payment', async () => await w.listShipmentsOfPayment({ caller: buyer, paymentId }))
    await counted('a page of those of a seller or buyer', async () => await w.listShipments({ whose: { as: 'seller', userId: 'sela', isOpen: false }, ...PAGE }))
    await counted('a page of all', async () => await w.listAllShipments({ filter: NO_FILTER, ...PAGE }))
    const { shipment: back } = await counted('ask for a return', async () => await w.askReturn({ caller: buyer, paymentId, key: 'back', request: { items: null, reason: 'too small' } }))
    await counted('accept it, in one step', async () => await w.acceptReturn({ caller: seller, shipmentId: back.shipmentId, request: { ...request, service: null, price: null, typed: null } }))
    const { shipment: other } = await w.ship({ items: [{ index: 1, quantity: 1 }] }, 'key-2', paymentId)
    await counted('cancel a label', async () => await w.cancelShipment({ caller: seller, shipmentId: other.shipmentId }))
    await counted('look for due ones, where none is', async () => await stores.shipments.due('2000-01-01T00:00:00.000Z', 8))
    return counts
  }

  await round('first')
  const table = documented()
  t.ok(Object.keys(table).length > 10)
  let stored = 0
  for (const size of SIZES) {
    await batchWrite(dynamoDb.database(tables), rowsOf(tables.shipments, stored, size))
    stored = size
    t.same(await round(`at ${size}`), table, `${size} shipments`)
  }
})
