import type { Timestamp } from '../time.js'
import { withCancelWish } from './cancellation.js'
import { withFlag } from './flags.js'
import { MANUAL_CARRIER } from './schedule.js'
import type { Shipment, ShipmentStatus } from './shipment.js'

const LABELLED: readonly ShipmentStatus[] = ['pending', 'created']
const MOVING: readonly ShipmentStatus[] = ['handed_over', 'in_transit', 'available_for_pickup', 'out_for_delivery', 'delivery_failed', 'lost']

/**
 * The shipment of a payment of which all money went back. A label that no one has scanned is to be canceled, and a person has to look at a
 * parcel that moves, or that is lost and may be found. Of one that the seller has handed over themselves no one knows whether it moves.
 */
export function withRefund (shipment: Shipment, now: Timestamp): Shipment {
  const { status, carrier, direction } = shipment
  if (direction === 'return') return shipment
  const isLabelled = LABELLED.includes(status)
  if (isLabelled && carrier !== MANUAL_CARRIER) return withCancelWish(shipment, now)
  return isLabelled || MOVING.includes(status) ? withFlag(shipment, 'refunded_in_transit') : shipment
}
