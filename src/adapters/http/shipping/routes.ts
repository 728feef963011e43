import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { chargeableOf } from '#domain/shipping/parcel.js'
import { laterBy } from '#domain/time.js'
import type { ShippingUseCases } from '#application/shipping/use-cases.js'
import { callerOf, userOf } from '../guards/auth.js'
import { idempotencyKeyOf, takeNoBodyAsEmpty } from '../guards/input.js'
import { describe } from '../openapi/openapi.js'
import { PaymentParams } from '../payments/schemas.js'
import { pageOf } from '../shared/lists.js'
import { IdempotencyHeader, ref } from '../shared/schemas.js'
import {
  CreateShipmentBody, LabelQuery, ListShipmentsQuery, PENDING_SHIPMENT, QuoteList, QuoteShipmentBody, ReportEventBody, Shipment, ShipmentList, ShipmentParams, ShipmentsOfPayment, ShipmentWithRecipient,
} from './schemas.js'
import { labelRequestOf, partyOf, sendShipment } from './exchange.js'
import { shipmentView } from './view.js'

/** Bytes. */
const FILE = { schema: Type.Any(), example: '^XA^FO50,50^BCN,150,Y^FDSIMBVKEY0^FS^XZ' }

/** Labels, parcels and what becomes of them. */
export const shipmentRoutes: FastifyPluginAsyncTypebox<ShippingUseCases> = async (app, useCases) => {
  app.post('/api/payments/:paymentId/shipments/quote', {
    config: { policy: 'user-or-admin', scope: 'shops', refuses: ['not_found', 'forbidden', 'payment_not_shippable', 'payment_unreadable', 'address_unresolved', 'carrier_unsupported', 'parcel_too_large', 'provider_unavailable'] },
    schema: {
      ...describe('quoteShipment', 'Shipping', 'Ask what carriers want for these parcels, as the seller or an administrator. It has no effect'),
      params: PaymentParams,
      body: ref(QuoteShipmentBody),
      response: { 200: ref(QuoteList) },
    },
  }, async (request) => {
    const { body: { carrier = null, parcels, recipient, sender }, params: { paymentId } } = request
    const quotes = await useCases.quoteShipment({ caller: callerOf(request), paymentId, request: { carrier, parcels, recipient: partyOf(recipient), sender: partyOf(sender) } })
    return { items: quotes.map((quote) => ({ ...quote, desi: chargeableOf(parcels) })) }
  })

  app.post('/api/payments/:paymentId/shipments', {
    config: {
      policy: 'user-or-admin', scope: 'shops',
      refuses: [
        'not_found', 'forbidden', 'payment_not_shippable', 'already_shipped', 'shipment_limit_reached', 'payment_unreadable', 'address_unresolved', 'carrier_unsupported', 'parcel_too_large', 'shipment_refused', 'provider_unavailable',
        'request_in_progress', 'idempotency_key_reused',
      ],
    },
    schema: {
      ...describe('createShipment', 'Shipping', 'Have a label made for items of a paid order, or record a parcel that you have handed over yourself, as the seller or an administrator. 201: the label is made. 202: that is not known yet'),
      headers: IdempotencyHeader,
      params: PaymentParams,
      body: ref(CreateShipmentBody),
      response: { 200: ref(Shipment), 201: ref(Shipment), 202: PENDING_SHIPMENT },
    },
  }, async (request, reply) => {
    const { body: { items = null, ...label }, params: { paymentId } } = request
    return await sendShipment(reply, await useCases.createShipment({ caller: callerOf(request), paymentId, key: idempotencyKeyOf(request), request: { ...labelRequestOf(label), items } }))
  })

  app.get('/api/payments/:paymentId/shipments', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['not_found'] },
    schema: {
      ...describe('listShipmentsOfPayment', 'Shipping', 'List the shipments of a payment, newest first, as its payer, its seller or an administrator'),
      params: PaymentParams,
      response: { 200: ref(ShipmentsOfPayment) },
    },
  }, async (request) => ({ items: (await useCases.listShipmentsOfPayment({ caller: callerOf(request), paymentId: request.params.paymentId })).map(shipmentView) }))

  app.get('/api/shipments', {
    config: { policy: 'user' },
    schema: {
      ...describe('listShipments', 'Shipping', 'List what you send or get, newest first. With `open`, a page may be short or empty before the last one'),
      querystring: ListShipmentsQuery,
      response: { 200: ref(ShipmentList) },
    },
  }, async (request) => {
    const { as, open = 'false', ...query } = request.query
    const whose = { as, userId: userOf(request), isOpen: open === 'true' }
    return await pageOf(`shipments ${as} ${open}`, query, async (page) => await useCases.listShipments({ whose, ...page }), shipmentView)
  })

  app.get('/api/shipments/:shipmentId', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['not_found'] },
    schema: {
      ...describe('getShipment', 'Shipping', 'Read a shipment with its recipient, as its buyer, its seller or an administrator'),
      params: ShipmentParams,
      response: { 200: ref(ShipmentWithRecipient) },
    },
  }, async (request, reply) => {
    const { shipment, recipient } = await useCases.getShipment({ caller: callerOf(request), shipmentId: request.params.shipmentId })
    return await reply.header('cache-control', 'no-store').send({ ...shipmentView(shipment), recipient })
  })

  app.get('/api/shipments/:shipmentId/label', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['not_found', 'forbidden', 'label_not_ready', 'carrier_unsupported'] },
    schema: {
      ...describe('readLabel', 'Shipping', 'Download the label, as the seller or an administrator; that of a return as its buyer too'),
      params: ShipmentParams,
      querystring: LabelQuery,
      response: { 200: { description: 'The label', content: { 'application/pdf': FILE, 'application/zpl': FILE, 'image/png': FILE } } },
    },
  }, async (request, reply) => {
    const { format = 'pdf' } = request.query
    const { shipmentId } = request.params
    const { bytes, type } = await useCases.readLabel({ caller: callerOf(request), shipmentId, format })
    return await reply.type(type).header('cache-control', 'no-store').header('content-disposition', `attachment; filename="label-${shipmentId.slice(-8)}.${format}"`).send(Buffer.from(bytes))
  })

  app.post('/api/shipments/:shipmentId/cancel', {
    config: { policy: 'user-or-admin', scope: 'shops', refuses: ['not_found', 'forbidden', 'already_moving', 'label_not_ready', 'carrier_unsupported', 'request_in_progress', 'payment_unreadable'] },
    schema: {
      ...describe('cancelShipment', 'Shipping', 'Cancel a label that no one has scanned, as the seller or an administrator. 200: it has ended. 202: the carrier has not confirmed it yet. A repeat asks again'),
      params: ShipmentParams,
      response: { 200: ref(Shipment), 202: PENDING_SHIPMENT },
    },
  }, async (request, reply) => {
    const shipment = await useCases.cancelShipment({ caller: callerOf(request), shipmentId: request.params.shipmentId })
    if (shipment.status !== 'canceled' && shipment.status !== 'refused') reply.code(202).header('location', `/api/shipments/${shipment.shipmentId}`)
    return shipmentView(shipment)
  })

  app.post('/api/shipments/:shipmentId/events', {
    config: { policy: 'user-or-admin', scope: 'shops', refuses: ['not_found', 'forbidden', 'label_not_ready', 'payment_unreadable'] },
    schema: {
      ...describe('reportShipmentEvent', 'Shipping', 'Say what became of a parcel that you have handed over yourself, as its seller; administrators say it of any'),
      params: ShipmentParams,
      body: ref(ReportEventBody),
      response: { 200: ref(Shipment) },
    },
  }, async (request) => {
    const { body: { kind, occurredAt, note = '' }, params: { shipmentId } } = request
    const at = occurredAt === undefined ? null : laterBy(occurredAt, 0)
    return shipmentView(await useCases.reportEvent({ caller: callerOf(request), shipmentId, kind, occurredAt: at, note }))
  })

  app.post('/api/shipments/:shipmentId/confirm-delivery', {
    config: { policy: 'user', refuses: ['not_found', 'forbidden', 'label_not_ready', 'payment_unreadable'] },
    preValidation: takeNoBodyAsEmpty,
    schema: {
      ...describe('confirmDelivery', 'Shipping', 'Say that you have got the parcel, as the person it goes to: the buyer, or the seller of a return. A repeat changes nothing'),
      params: ShipmentParams,
      response: { 200: ref(Shipment) },
    },
  }, async (request) => shipmentView(await useCases.confirmDelivery({ caller: callerOf(request), shipmentId: request.params.shipmentId })))
}
