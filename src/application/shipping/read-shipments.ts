import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import type { ShippingAddress } from '#domain/shipping/address.js'
import { checkLabelled } from '#domain/shipping/news.js'
import { shipmentKey, type ShipmentFilter } from '#domain/shipping/shipment-filter.js'
import { receiverOf, type Shipment } from '#domain/shipping/shipment.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import { visiblePayment } from '../payments/read-payments.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { LabelAnswer, LabelFormat } from '../ports/shipping-carrier.js'
import type { ShipmentsOf } from '../ports/shipment-store.js'
import { labelShipment, visibleShipment } from './access.js'
import { requireCarrier } from './carriers.js'
import type { ShippingPorts } from './complete-shipments.js'

export interface ShipmentQuery {
  readonly caller: Caller
  readonly shipmentId: string
}

/** A shipment with its recipient; null where the caller may not see them any more, or where they are gone. */
export interface SeenShipment {
  readonly shipment: Shipment
  readonly recipient: ShippingAddress | null
}

/** Who sends a parcel needs the address until it has arrived, and a while after. */
const SEEN_MS = 30 * DAY_MS

/** @throws not_found also for a shipment that the caller has no part in */
export function makeGetShipment ({ shipments, shipmentAddresses, clock }: ShippingPorts) {
  return async function getShipment ({ caller, shipmentId }: ShipmentQuery): Promise<SeenShipment> {
    const shipment = visibleShipment(await shipments.find(shipmentId), caller)
    const now = clock()
    const deliveredAt = shipment.events.findLast(({ kind }) => kind === 'delivered')?.occurredAt ?? now
    const isSeen = receiverOf(shipment) === caller.userId || laterBy(deliveredAt, SEEN_MS) > now
    return { shipment, recipient: isSeen ? (await shipmentAddresses.find(shipmentId, now))?.to ?? null : null }
  }
}

/** The shipments of a payment, newest first. @throws not_found */
export function makeListShipmentsOfPayment ({ payments, shipments }: ShippingPorts) {
  return async function listShipmentsOfPayment ({ caller, paymentId }: { readonly caller: Caller, readonly paymentId: string }): Promise<readonly Shipment[]> {
    const payment = visiblePayment(await payments.find(paymentId), caller)
    const found = await shipments.findMany(payment.shipments.map(({ shipmentId }) => shipmentId))
    return found.toSorted((one, other) => shipmentKey(other).localeCompare(shipmentKey(one)))
  }
}

export function makeListShipments ({ shipments }: ShippingPorts) {
  return async function listShipments ({ whose, ...page }: PageRequest & { readonly whose: ShipmentsOf }): Promise<Page<Shipment>> {
    return await shipments.listOf(whose, page)
  }
}

export function makeListAllShipments ({ shipments }: ShippingPorts) {
  return async function listAllShipments ({ filter, ...page }: PageRequest & { readonly filter: ShipmentFilter }): Promise<Page<Shipment>> {
    return await shipments.list(filter, page)
  }
}

const LABEL_RETRY_S = 10
const TYPES: Readonly<Record<LabelFormat, string>> = { pdf: 'application/pdf', png: 'image/png', zpl: 'application/zpl' }

/**
 * The label of a shipment, from its own row where the carrier gives it once, else from the carrier.
 *
 * @throws not_found, forbidden, label_not_ready, carrier_unsupported
 */
export function makeReadLabel ({ shipments, shipmentAddresses, carriers, clock }: ShippingPorts) {
  return async function readLabel ({ caller, shipmentId, format }: ShipmentQuery & { readonly format: LabelFormat }): Promise<Extract<LabelAnswer, { kind: 'label' }>> {
    const shipment = labelShipment(await shipments.find(shipmentId), caller)
    checkLabelled(shipment)
    const carrier = requireCarrier(carriers, shipment.carrier)
    if (!carrier.capabilities.labelFormats.includes(format)) throw new DomainError('carrier_unsupported', `the carrier gives no label as ${format}`)
    const label = (await shipmentAddresses.find(shipmentId, clock()))?.label ?? null
    if (label?.format === format) return { kind: 'label', bytes: label.bytes, type: TYPES[format] }
    const answer = await carrier.label(shipment, format)
    if (answer.kind === 'label') return answer
    throw new DomainError('label_not_ready', 'the carrier has not given the label yet', { retryAfterS: LABEL_RETRY_S })
  }
}
