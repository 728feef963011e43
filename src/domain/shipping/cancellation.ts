import { DomainError } from '../errors.js'
import type { Timestamp } from '../time.js'
import { withFlag } from './flags.js'
import type { Shipment } from './shipment.js'

/**
 * The shipment with the wish to cancel its label. The label counts as canceled only once a look at the carrier confirms it. What has ended
 * without a label stays as it is.
 *
 * @throws already_moving, label_not_ready
 */
export function withCancelWish (shipment: Shipment, now: Timestamp): Shipment {
  const { status, cancellation } = shipment
  if (status === 'declined' || status === 'refused' || status === 'canceled' || cancellation?.confirmedAt === null) return shipment
  if (status === 'requested') throw new DomainError('label_not_ready', 'the return is not answered: it has no label to cancel')
  if (status !== 'pending' && status !== 'created') throw new DomainError('already_moving', `the status of the shipment is ${status}`)
  return { ...shipment, cancellation: { requestedAt: now, confirmedAt: null } }
}

/** The label is gone, as a look at the carrier has shown; or there never was one. */
export function withCancelConfirmed (shipment: Shipment, now: Timestamp): Shipment {
  const { status, cancellation } = shipment
  if (status === 'refused' || (cancellation !== null && cancellation.confirmedAt !== null)) return shipment
  return { ...shipment, status: 'canceled', cancellation: { requestedAt: cancellation?.requestedAt ?? now, confirmedAt: now } }
}

/** The carrier does not cancel it: the label stays. */
export function withCancelRefused (shipment: Shipment): Shipment {
  return shipment.cancellation?.confirmedAt === null ? withFlag({ ...shipment, cancellation: null }, 'cancel_refused') : shipment
}

/** A parcel that moves is no longer to be canceled, whatever its carrier has said before. */
export function withoutVainWish (shipment: Shipment): Shipment {
  return shipment.status === 'created' ? shipment : withCancelRefused(shipment)
}
