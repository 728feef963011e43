import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ShippingUseCases } from '#application/shipping/use-cases.js'
import { callerOf } from '../guards/auth.js'
import { idempotencyKeyOf, REPLAYED } from '../guards/input.js'
import { describe } from '../openapi/openapi.js'
import { PaymentParams } from '../payments/schemas.js'
import { IdempotencyHeader, ref } from '../shared/schemas.js'
import { labelRequestOf, sendShipment } from './exchange.js'
import { AcceptReturnBody, AskReturnBody, ASKED_RETURN, DeclineReturnBody, DECLINED_RETURN, PENDING_SHIPMENT, Shipment, ShipmentParams } from './schemas.js'
import { shipmentView } from './view.js'

/** What goes back from a buyer to a seller. */
export const shipmentReturnRoutes: FastifyPluginAsyncTypebox<ShippingUseCases> = async (app, { askReturn, acceptReturn, declineReturn }) => {
  app.post('/api/payments/:paymentId/returns', {
    config: { policy: 'user-or-admin', scope: 'shops', refuses: ['not_found', 'forbidden', 'nothing_to_return', 'shipment_limit_reached', 'payment_unreadable', 'idempotency_key_reused'] },
    schema: {
      ...describe('askReturn', 'Shipping', 'Ask to send back what has arrived, as the payer or an administrator. The seller answers'),
      headers: IdempotencyHeader,
      params: PaymentParams,
      body: ref(AskReturnBody),
      response: { 200: ASKED_RETURN, 201: ASKED_RETURN },
    },
  }, async (request, reply) => {
    const { body: { items = null, reason }, params: { paymentId } } = request
    const { shipment, replayed } = await askReturn({ caller: callerOf(request), paymentId, key: idempotencyKeyOf(request), request: { items, reason } })
    if (replayed) reply.headers(REPLAYED)
    else reply.code(201)
    return shipmentView(shipment)
  })

  app.post('/api/shipments/:shipmentId/accept', {
    config: {
      policy: 'user-or-admin', scope: 'shops',
      refuses: ['not_found', 'forbidden', 'return_answered', 'payment_unreadable', 'address_unresolved', 'carrier_unsupported', 'parcel_too_large', 'shipment_refused', 'provider_unavailable', 'request_in_progress'],
    },
    schema: {
      ...describe('acceptReturn', 'Shipping', 'Accept a return and have its label made, or record how the buyer sends it, as the seller or an administrator. 201: the label is made. 202: that is not known yet. A repeat has no other label made'),
      params: ShipmentParams,
      body: ref(AcceptReturnBody),
      response: { 200: ref(Shipment), 201: ref(Shipment), 202: PENDING_SHIPMENT },
    },
  }, async (request, reply) => {
    const { body, params: { shipmentId } } = request
    return await sendShipment(reply, await acceptReturn({ caller: callerOf(request), shipmentId, request: labelRequestOf(body) }))
  })

  app.post('/api/shipments/:shipmentId/decline', {
    config: { policy: 'user-or-admin', scope: 'shops', refuses: ['not_found', 'forbidden', 'return_answered', 'payment_unreadable'] },
    schema: {
      ...describe('declineReturn', 'Shipping', 'Decline a return, with a reason, as the seller or an administrator. A repeat changes nothing'),
      params: ShipmentParams,
      body: ref(DeclineReturnBody),
      response: { 200: DECLINED_RETURN },
    },
  }, async (request) => shipmentView(await declineReturn({ caller: callerOf(request), shipmentId: request.params.shipmentId, reason: request.body.reason })))
}
