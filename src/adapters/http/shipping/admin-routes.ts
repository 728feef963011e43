import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ShipmentFilter } from '#domain/shipping/shipment-filter.js'
import type { ShippingUseCases } from '#application/shipping/use-cases.js'
import { describe } from '../openapi/openapi.js'
import { pageOf, timeRange } from '../shared/lists.js'
import { ref } from '../shared/schemas.js'
import { ListAllShipmentsQuery, ResolveShipmentBody, Shipment, ShipmentList, ShipmentParams } from './schemas.js'
import { shipmentView } from './view.js'

/** What administrators see of all shipments, and what they decide where a carrier does not answer. */
export const adminShipmentRoutes: FastifyPluginAsyncTypebox<ShippingUseCases> = async (app, { listAllShipments, reconcileShipment, resolveShipment }) => {
  app.get('/api/admin/shipments', {
    config: { policy: 'admin', scope: 'read', refuses: ['unknown_time_zone'] },
    schema: {
      ...describe('listAllShipments', 'Back office', 'List the shipments of all people, newest first. When few match, a page may be short or empty before the last one'),
      querystring: ListAllShipmentsQuery,
      response: { 200: ref(ShipmentList) },
    },
  }, async (request) => {
    const { status = null, carrier = null, sellerId = null, flag = null, flagged, from, to, timeZone, ...query } = request.query
    const filter: ShipmentFilter = { status, carrier, sellerId, flag, isFlagged: flagged === 'true', ...timeRange({ from, to, timeZone }) }
    const list = ['all shipments', status, carrier, sellerId, flag, filter.from, filter.to, ...(filter.isFlagged === true ? ['flagged'] : [])].join(' ')
    return await pageOf(list, query, async (page) => await listAllShipments({ filter, ...page }), shipmentView)
  })

  app.post('/api/admin/shipments/:shipmentId/reconcile', {
    config: { policy: 'admin', scope: 'operate', refuses: ['not_found', 'payment_unreadable'] },
    schema: {
      ...describe('reconcileShipment', 'Back office', 'Ask the carrier now what it knows of a shipment'),
      params: ShipmentParams,
      response: { 200: ref(Shipment) },
    },
  }, async (request) => shipmentView(await reconcileShipment(request.params.shipmentId)))

  app.post('/api/admin/shipments/:shipmentId/resolve', {
    config: { policy: 'admin', scope: 'operate', audit: 'with-the-body', refuses: ['not_found', 'label_not_ready', 'request_in_progress', 'payment_unreadable'] },
    schema: {
      ...describe('resolveShipment', 'Back office', 'Decide what became of a shipment of which the carrier does not say it. `canceled` gives its items free'),
      params: ShipmentParams,
      body: ref(ResolveShipmentBody),
      response: { 200: ref(Shipment) },
    },
  }, async ({ params: { shipmentId }, body: { as } }) => shipmentView(await resolveShipment({ shipmentId, as })))
}
