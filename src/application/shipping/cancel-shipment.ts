import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { withCancelWish } from '#domain/shipping/cancellation.js'
import { checkUnderstood } from '#domain/shipping/decision.js'
import { concluded, withLease } from '#domain/shipping/label.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { checkNotInProgress } from '../idempotency.js'
import { ownShipment } from './access.js'
import { carrierClaim, requireCarrier } from './carriers.js'
import { makeChangeShipment } from './change-shipment.js'
import { makeAskCarrier, type ShippingPorts } from './complete-shipments.js'

export interface CancelShipmentCommand {
  readonly caller: Caller
  readonly shipmentId: string
}

/**
 * Cancels a label that no one has scanned. The wish is stored before the carrier is asked; the label counts as canceled only once a look
 * at the carrier says so, and its items may be shipped again from then on. A repeat answers the current state, and asks again.
 *
 * @throws not_found, forbidden, already_moving, carrier_unsupported, request_in_progress, payment_unreadable, store_unavailable
 */
export function makeCancelShipment (ports: ShippingPorts) {
  const { shipments, carriers, identity, clock } = ports
  const changeShipment = makeChangeShipment(ports)
  const askCarrier = makeAskCarrier(ports)

  return async function cancelShipment ({ caller, shipmentId }: CancelShipmentCommand): Promise<Shipment> {
    const known = ownShipment(await shipments.find(shipmentId), caller)
    checkUnderstood(known)
    if (withCancelWish(known, clock()) === known && known.cancellation?.confirmedAt !== null) return known
    const carrier = requireCarrier(carriers, known.carrier)
    if (carrier.capabilities.cancel === 'none') throw new DomainError('carrier_unsupported', 'this carrier cancels no label')
    const claim = carrierClaim(identity.random('lease'), clock())
    const { shipment: wished } = await changeShipment(shipmentId, (current) => {
      checkNotInProgress(current.lease, claim.now)
      return withLease(withCancelWish(current, claim.now), claim)
    }, { known })
    const learned = await askCarrier(carrier, wished, claim.owner, wished.cancellation?.requestedAt === claim.now)
    const now = clock()
    const { shipment } = await changeShipment(shipmentId, (current) => concluded(learned === null ? current : learned(current), claim.owner, now, null))
    if (shipment.cancellation === null && shipment.flags.includes('cancel_refused')) throw new DomainError('already_moving', 'the carrier does not cancel this label')
    return shipment
  }
}
