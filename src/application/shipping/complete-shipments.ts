import { checkShippable } from '#domain/payments/fulfillment.js'
import { DomainError } from '#domain/errors.js'
import { isHeld } from '#domain/lease.js'
import { withCancelConfirmed, withCancelRefused } from '#domain/shipping/cancellation.js'
import { isUnderstood, postponed } from '#domain/shipping/decision.js'
import { concluded, withDueLease, withLease, withNumber, withProgress, withStep } from '#domain/shipping/label.js'
import { withNews } from '#domain/shipping/news.js'
import { MANUAL_CARRIER } from '#domain/shipping/schedule.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { FindAnswer, ShippingCarrier } from '../ports/shipping-carrier.js'
import type { Identity } from '../ports/system.js'
import { allSettledOrThrow } from '../turns.js'
import { carrierClaim, carrierOf, type Carriers } from './carriers.js'
import { makeChangeShipment, type ChangeShipmentPorts } from './change-shipment.js'
import { labelled, makeMakeLabel, type Learned, requestOf } from './make-label.js'

export interface ShippingPorts extends ChangeShipmentPorts {
  readonly payments: PaymentStore
  readonly carriers: Carriers
  readonly identity: Identity
}

export interface Look {
  readonly shipment: Shipment
  /** False where no look was due, or another owner held the lease. */
  readonly asked: boolean
  /** Whether the carrier has answered. */
  readonly answered: boolean
}

/**
 * Asks the carrier of a shipment, for the owner of its lease: where it is not known whether a label was made, for the label, and only if
 * the carrier is certain that there is none, makes it; where it is to be canceled, whether it is gone; else where the parcel is.
 * Null where the carrier does not answer.
 */
export function makeAskCarrier (ports: ShippingPorts) {
  const { payments, shipmentAddresses, clock } = ports
  const changeShipment = makeChangeShipment(ports)
  const makeLabel = makeMakeLabel({ shipmentAddresses, clock, changeShipment })

  return async function askCarrier (carrier: ShippingCarrier, shipment: Shipment, owner: string, isFirstWish = false): Promise<Learned | null> {
    if (shipment.status === 'pending') return await askForLabel(carrier, shipment, owner)
    if (shipment.cancellation?.confirmedAt === null) return isFirstWish ? await cancel(carrier, shipment) : await askIfGone(carrier, shipment)
    return await askWhere(carrier, shipment)
  }

  /** Where no label is known, one that was made late is looked for first: a command may arrive after its shipment was canceled. */
  async function askWhere (carrier: ShippingCarrier, shipment: Shipment): Promise<Learned | null> {
    const found = shipment.carrierReference === null ? await carrier.find(shipment, clock()) : null
    if (found?.kind === 'unknown') return null
    const learned: Learned = found?.kind === 'found' && found.created !== null ? labelled(found.created) : (stored) => stored
    const answer = await carrier.track(learned(shipment))
    if (answer.kind !== 'tracked') return found === null ? null : learned
    return (stored) => {
      const told = withNews(withNumber(learned(stored), answer), answer.events)
      return answer.canceled ? withCancelConfirmed(told, clock()) : told
    }
  }

  async function askForLabel (carrier: ShippingCarrier, shipment: Shipment, owner: string): Promise<Learned | null> {
    const found = await carrier.find(shipment, clock())
    if (found.kind === 'unknown') return null
    if (found.kind === 'found' && found.created !== null) {
      const { created, canceled, progress } = found
      return (stored) => canceled ? withCancelConfirmed(labelled(created)(withStep(stored, progress)), clock()) : labelled(created)(withStep(stored, progress))
    }
    // For certain there is no label.
    if (shipment.cancellation !== null || (shipment.direction === 'outbound' && !await isShippable(shipment))) return (stored) => withCancelConfirmed(stored, clock())
    const addresses = await shipmentAddresses.find(shipment.shipmentId, clock())
    if (addresses === null && carrier.carrier !== MANUAL_CARRIER) return null
    // The step before is stored, and the lease lasts for a call: only then one may be made that costs.
    const progress = found.kind === 'found' ? found.progress : shipment.progress
    const claim = carrierClaim(owner, clock())
    const { shipment: next } = await changeShipment(shipment.shipmentId, (stored) => withProgress(stored, progress, claim), { known: shipment })
    return isHeld(next.lease, owner) ? await makeLabel(carrier, { shipment: next, ...requestOf(addresses) }, owner) : (stored) => stored
  }

  async function isShippable ({ paymentId }: Shipment): Promise<boolean> {
    const payment = await payments.find(paymentId)
    try {
      if (payment !== null) checkShippable(payment)
      return payment !== null
    } catch (error) {
      if (error instanceof DomainError && error.code === 'payment_not_shippable') return false
      throw error
    }
  }

  async function askIfGone (carrier: ShippingCarrier, shipment: Shipment): Promise<Learned | null> {
    const found = await carrier.find(shipment, clock())
    if (found.kind === 'unknown') return null
    return isGone(found) ? (stored) => withCancelConfirmed(stored, clock()) : await cancel(carrier, shipment)
  }

  /** Whatever the carrier answers: only a look says that the label is gone. */
  async function cancel (carrier: ShippingCarrier, shipment: Shipment): Promise<Learned> {
    const answer = await carrier.cancel(shipment)
    if (answer.kind === 'refused') return withCancelRefused
    return isGone(await carrier.find(shipment, clock())) ? (stored) => withCancelConfirmed(stored, clock()) : (stored) => stored
  }
}

function isGone (found: FindAnswer): boolean {
  return found.kind === 'not_found' || (found.kind === 'found' && found.canceled)
}

/** One look at a shipment. `due`: of the schedule. `now`: one that a person or a webhook asks for, which the schedule does not count. */
export function makeLookAtShipment (ports: ShippingPorts) {
  const { shipments, carriers, identity, clock } = ports
  const changeShipment = makeChangeShipment(ports)
  const askCarrier = makeAskCarrier(ports)

  return async function lookAtShipment (known: Shipment, kind: 'due' | 'now'): Promise<Look> {
    const { shipmentId } = known
    if (!isUnderstood(known)) {
      const now = clock()
      return { ...await shipments.update(shipmentId, (current) => postponed(current, now), { known }), asked: false, answered: false }
    }
    const claim = carrierClaim(identity.random('lease'), clock())
    const { shipment } = await changeShipment(shipmentId, (current) => kind === 'due' ? withDueLease(current, claim) : withLease(current, claim), { known })
    if (shipment.lease.owner !== claim.owner) return { shipment, asked: false, answered: false }
    const carrier = carrierOf(carriers, shipment.carrier)
    const learned = carrier === null ? null : await askCarrier(carrier, shipment, claim.owner)
    const look = kind === 'due' ? { isTold: carrier?.capabilities.webhook === 'signed', isAnswered: learned !== null } : null
    const now = clock()
    const { shipment: after } = await changeShipment(shipmentId, (current) => concluded(learned === null ? current : learned(current), claim.owner, now, look))
    return { shipment: after, asked: true, answered: learned !== null }
  }
}

/** Shipments that one run of the job looks at, all concurrently. */
const SHIPMENTS_AT_ONCE = 8

/**
 * One run of the job: makes looks that are due, a bounded number. Returns whether more may be due. A shipment that fails does not stop
 * the others, and is due again when its lease is over.
 *
 * @throws the first error, once all shipments are done
 */
export function makeCompleteShipments (ports: ShippingPorts) {
  const lookAtShipment = makeLookAtShipment(ports)

  return async function completeShipments (): Promise<boolean> {
    const due = await ports.shipments.due(ports.clock(), SHIPMENTS_AT_ONCE)
    const looks = await allSettledOrThrow(due.map(async (shipment) => await lookAtShipment(shipment, 'due')))
    return looks.some(({ asked }) => asked)
  }
}
