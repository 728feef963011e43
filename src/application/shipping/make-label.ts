import { isHeld } from '#domain/lease.js'
import { withLabel, withProgress, withRefusal } from '#domain/shipping/label.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import type { Clock } from '../ports/system.js'
import type { CreateAnswer, CreatedLabel, ShipmentRequest, ShippingCarrier } from '../ports/shipping-carrier.js'
import type { ShipmentAddresses, ShipmentAddressStore } from '../ports/shipment-store.js'
import { carrierClaim } from './carriers.js'
import type { ChangeShipment } from './change-shipment.js'

/** What a call to a carrier means for a shipment, in whatever state it is by then. */
export type Learned = (shipment: Shipment) => Shipment

/** More steps than any carrier has. */
const STEPS_MAX = 5

interface Ports {
  readonly shipmentAddresses: ShipmentAddressStore
  readonly changeShipment: ChangeShipment
  readonly clock: Clock
}

/**
 * Has a carrier make the label, for the owner of the lease. What a step has reached is stored before the next one, which may cost: a
 * crash between them goes on with the same thing at the carrier, and who has lost the lease goes on with nothing.
 */
export function makeMakeLabel ({ shipmentAddresses, changeShipment, clock }: Ports) {
  return async function makeLabel (carrier: ShippingCarrier, { shipment, ...request }: ShipmentRequest, owner: string): Promise<Learned> {
    let current = shipment
    for (let step = 0; step < STEPS_MAX; step++) {
      const answer = await carrier.create({ ...request, shipment: current }, current.progress)
      if (answer.kind !== 'progress') return await learnedOf(current, answer, owner)
      const { progress } = answer
      const claim = carrierClaim(owner, clock())
      const { shipment: next } = await changeShipment(current.shipmentId, (stored) => withProgress(stored, progress, claim), { known: current })
      if (!isHeld(next.lease, owner) || next.progress !== progress) return (stored) => stored
      current = next
    }
    return (stored) => stored
  }

  async function learnedOf (shipment: Shipment, answer: Exclude<CreateAnswer, { kind: 'progress' }>, owner: string): Promise<Learned> {
    switch (answer.kind) {
      case 'unknown': return (stored) => stored
      case 'created':
        // First, because some carriers give it in this answer alone.
        if (answer.label !== null) await shipmentAddresses.keepLabel(shipment, answer.label)
        return labelled(answer)
      case 'refused': {
        const failure = 'failure' in answer ? answer.failure : { code: answer.code, message: 'The carrier takes no request of this service.' }
        return (stored) => withRefusal(stored, failure, owner)
      }
    }
  }
}

export function labelled ({ kind, label, ...facts }: CreatedLabel): Learned {
  return (stored) => withLabel(stored, facts)
}

/** What a carrier is asked with. Parcels that the seller has handed over themselves need no addresses. */
export function requestOf (addresses: ShipmentAddresses | null): Omit<ShipmentRequest, 'shipment'> {
  return addresses ?? { from: NOWHERE, to: NOWHERE, content: '' }
}

const NOWHERE: ShipmentRequest['from'] = { contactName: '', phone: '', line1: '', district: '', city: '', cityCode: null, country: '' }
