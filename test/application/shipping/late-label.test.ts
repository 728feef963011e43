import t from 'tap'
import { DAY_MS } from '#domain/time.js'
import { seller } from '../../support/builders.js'
import { LABEL, lost } from '../../support/scripted-carrier.js'
import { shippingWorld } from '../../support/shipping-world.js'

const tracked = { kind: 'tracked', events: [], trackingNumber: 'T2', trackingUrl: null, canceled: false } as const
const found = { kind: 'found', progress: 'p', created: LABEL, canceled: false } as const

t.test('a label that is made after its shipment was canceled is found by the last look, and told of', async (t) => {
  const canceled = async () => {
    const w = await shippingWorld()
    w.carrier.will({ create: [lost], find: [{ kind: 'not_found' }] })
    const { shipment: { shipmentId } } = await w.ship()
    t.match(await w.cancelShipment({ caller: seller, shipmentId }), { status: 'canceled', carrierReference: null })
    return { ...w, shipmentId }
  }
  const w = await canceled()
  w.carrier.will({ find: [lost, lost, found], track: [tracked] })
  t.match(await w.reconcileShipment(w.shipmentId), { status: 'canceled', flags: [] }, 'without an answer nothing is known')
  w.time.advance(2 * DAY_MS)
  await w.completeShipments()
  t.match(await w.shipments.find(w.shipmentId), { flags: [], check: { tries: 1 } }, 'the last look is made again until the carrier answers')
  w.time.advance(2 * DAY_MS)
  await w.completeShipments()
  t.match(await w.shipments.find(w.shipmentId), { status: 'canceled', carrierReference: 'ref-1', trackingNumber: 'T2', flags: ['outcome_unknown'], check: null })

  const none = await canceled()
  none.carrier.will({ find: [{ kind: 'not_found' }, found], track: [lost, lost] })
  t.match(await none.reconcileShipment(none.shipmentId), { status: 'canceled', flags: [], lease: { until: null } })
  t.match(await none.reconcileShipment(none.shipmentId), { carrierReference: 'ref-1', flags: ['outcome_unknown'] }, 'the label counts though no one says where its parcel is')
})
