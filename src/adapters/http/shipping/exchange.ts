import type { FastifyReply } from 'fastify'
import type { Static } from '@sinclair/typebox'
import type { WrittenAddress } from '#application/shipping/addresses.js'
import type { CreatedShipment, LabelRequest } from '#application/shipping/create-shipment.js'
import { REPLAYED } from '../guards/input.js'
import { e164 } from '../shared/phone.js'
import { problem } from '../shared/problem.js'
import type { LabelBody } from './schemas.js'
import { shipmentView } from './view.js'

/** What a request says of the label that it wants. */
export function labelRequestOf (body: Static<typeof LabelBody>): Omit<LabelRequest, 'items'> {
  const { carrier = null, service = null, price = null, parcels = [], recipient, sender, carrierName = null, trackingNumber = null, trackingUrl = null } = body
  const typed = trackingNumber === null ? null : { carrierName, trackingNumber, trackingUrl }
  return { carrier, service, price, parcels, recipient: partyOf(recipient), sender: partyOf(sender), typed }
}

/** An address of a request, with its phone number as it is stored. */
export function partyOf (party: WrittenAddress | undefined): WrittenAddress | null {
  return party === undefined ? null : { ...party, phone: e164(party.phone) }
}

export async function sendShipment (reply: FastifyReply, { shipment, replayed }: CreatedShipment): Promise<never> {
  if (replayed) reply.headers(REPLAYED)
  if (shipment.status === 'refused') {
    const body = {
      ...problem('shipment_refused', shipment.failure?.message ?? 'the carrier has made no label', reply.request.id),
      ...(shipment.failure !== null && { carrierCode: shipment.failure.code }),
      shipment: shipmentView(shipment),
    }
    return await reply.code(body.status).type('application/problem+json').send(body)
  }
  if (shipment.status === 'pending') reply.code(202).header('location', `/api/shipments/${shipment.shipmentId}`)
  else reply.code(replayed ? 200 : 201)
  return await reply.send(shipmentView(shipment))
}
