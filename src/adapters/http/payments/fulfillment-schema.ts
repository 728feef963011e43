import { Type } from '@sinclair/typebox'
import { FULFILLMENT_STATUSES } from '#domain/payments/fulfillment.js'
import { PARCEL_STATES } from '#domain/payments/shipped-items.js'
import { SHIPMENT_DIRECTIONS } from '#domain/shipping/shipment.js'
import { known } from '../shared/schemas.js'

export const Fulfillment = Type.Object({
  status: known(FULFILLMENT_STATUSES, 'treat one you do not know as `shipped`', 'What the shipments to the buyer add up to; `returned` once all of it is back. `not_needed`: nothing says where to send it, or the money came outside of every provider'),
  shipments: Type.Array(Type.Object({
    shipmentId: Type.String(),
    direction: known(SHIPMENT_DIRECTIONS, 'treat one you do not know as `outbound`', '`return`: the buyer sends it back'),
    items: Type.Array(Type.Object({ index: Type.Integer(), quantity: Type.Integer() }, { title: 'FulfilledItem' })),
    state: known(PARCEL_STATES, 'treat one you do not know as `shipped`', '`open`: its label is wanted or made. `void`: it came to nothing, and its items may be shipped again'),
  }, { title: 'FulfillmentShipment' }), { description: 'Oldest first' }),
}, { title: 'Fulfillment' })
