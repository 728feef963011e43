import { decided } from '#domain/shipping/decision.js'
import { isOpen } from '#domain/shipping/shipment-filter.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { laterBy } from '#domain/time.js'
import type { Clock } from '../ports/system.js'
import type { ShipmentAddressStore, ShipmentStore, ShipmentUpdate, ShipmentUpdateOptions } from '../ports/shipment-store.js'

export interface ChangeShipmentPorts {
  readonly shipments: ShipmentStore
  readonly shipmentAddresses: ShipmentAddressStore
  readonly clock: Clock
  /** How long the addresses are kept after the end of a shipment. */
  readonly shippingPiiMs: number
}

export type ChangeShipment = ReturnType<typeof makeChangeShipment>

/** Stores what becomes of a shipment. From its end on its addresses run out sooner. */
export function makeChangeShipment ({ shipments, shipmentAddresses, clock, shippingPiiMs }: ChangeShipmentPorts) {
  /** @param change pure, because it runs again when another change came first */
  return async function changeShipment (shipmentId: string, change: (shipment: Shipment) => Shipment, options: ShipmentUpdateOptions = {}): Promise<ShipmentUpdate> {
    const now = clock()
    const update = await shipments.update(shipmentId, (current) => decided(current, change(current), now), options)
    const hasEnded = update.events.some(({ data: { status, previousStatus } }) => !isOpen({ status }) && isOpen({ status: previousStatus }))
    if (hasEnded) await shipmentAddresses.expire(update.shipment, laterBy(now, shippingPiiMs))
    return update
  }
}
