import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { reserveReturn, returnableItems } from '#domain/payments/fulfillment.js'
import type { Payment } from '#domain/payments/payment.js'
import { concluded } from '#domain/shipping/label.js'
import { newReturn, withReturnAccepted, withReturnDeclined } from '#domain/shipping/return.js'
import type { Shipment, ShipmentItem } from '#domain/shipping/shipment.js'
import { checkNotInProgress, checkSameRequest } from '../idempotency.js'
import { visiblePayment } from '../payments/read-payments.js'
import { ownShipment } from './access.js'
import { contentOf, keptAddresses, recipientOf, resolvedAddress, type Addresses } from './addresses.js'
import { carrierClaim, carrierFor } from './carriers.js'
import { makeChangeShipment } from './change-shipment.js'
import { makeLookAtShipment } from './complete-shipments.js'
import { keyFor, wantedLabel, type CreatedShipment, type CreateShipmentPorts, type LabelRequest } from './create-shipment.js'
import { makeMakeLabel, requestOf } from './make-label.js'
import type { ShipmentQuery } from './read-shipments.js'

export interface AskReturnCommand {
  readonly caller: Caller
  readonly paymentId: string
  readonly key: string
  readonly request: {
    /** Null: everything that has arrived. */
    readonly items: readonly ShipmentItem[] | null
    readonly reason: string
  }
}

/**
 * Asks to send back what has arrived, once for an idempotency key, as the payer or an administrator. The items are reserved on the payment, so that
 * nothing is sent back twice; no carrier is asked before the seller has accepted it.
 *
 * @throws what `reserveReturn` throws; not_found, forbidden, idempotency_key_reused, store_unavailable
 */
export function makeAskReturn ({ payments, shipments, carriers, identity, clock }: CreateShipmentPorts) {
  return async function askReturn ({ caller, paymentId, key, request }: AskReturnCommand): Promise<CreatedShipment> {
    const payment = visiblePayment(await payments.find(paymentId), caller)
    if (!caller.admin && payment.userId !== caller.userId) throw new DomainError('forbidden', 'the buyer asks to send something back, or an administrator')
    const shipmentId = identity.derived('ship', [paymentId, 'return', key])
    const fingerprint = identity.fingerprint(request)
    const existing = await shipments.find(shipmentId)
    if (existing !== null) return replay(existing, fingerprint)
    const now = clock()
    const items = request.items ?? returnableItems(payment)
    const { orderId, sellerId, userId: buyerId } = payment
    const draft = { shipmentId, carrierKey: keyFor(identity, shipmentId), fingerprint, paymentId, orderId, sellerId, buyerId, carrier: carriers[0].carrier, items }
    const { shipment, events } = newReturn(draft, { reason: request.reason, owner: identity.random('lease'), now })
    const { inserted, stored } = await shipments.insert(shipment, null, (current) => reserveReturn(current, { shipmentId, items }, now), payment, events)
    return inserted ? { shipment: stored, replayed: false } : replay(stored, fingerprint)
  }

  function replay (shipment: Shipment, fingerprint: string): CreatedShipment {
    checkSameRequest(shipment, fingerprint)
    return { shipment, replayed: true }
  }
}

export interface AcceptReturnCommand extends ShipmentQuery {
  /** `recipient` null: where the seller ships from; `sender` null: where the parcel went. */
  readonly request: Omit<LabelRequest, 'items'>
}

/**
 * Accepts a return and has its label made, once, as the seller or an administrator. The answer and the addresses are stored before the carrier is
 * asked. A repeat answers what has become of the label, and asks the carrier where that is not known.
 *
 * @throws what `ShippingCarrier.check` throws; not_found, forbidden, return_answered, address_unresolved, carrier_unsupported, parcel_too_large,
 *   provider_unavailable, request_in_progress, payment_unreadable, store_unavailable
 */
export function makeAcceptReturn (ports: CreateShipmentPorts) {
  const { payments, shipments, shipmentAddresses, carriers, identity, clock, senderOf, shippingPiiMs } = ports
  const changeShipment = makeChangeShipment(ports)
  const makeLabel = makeMakeLabel({ shipmentAddresses, clock, changeShipment })
  const lookAtShipment = makeLookAtShipment(ports)

  return async function acceptReturn ({ caller, shipmentId, request }: AcceptReturnCommand): Promise<CreatedShipment> {
    const known = ownReturn(await shipments.find(shipmentId), caller)
    if (known.status !== 'requested') return await answered(known)
    const carrier = carrierFor(carriers, request)
    if (!carrier.capabilities.returns) throw new DomainError('carrier_unsupported', 'this carrier takes no returns')
    const addresses = request.typed === null ? await wayBack(known, request) : null
    const claim = carrierClaim(identity.random('lease'), clock())
    const accept = (current: Shipment): Shipment => withReturnAccepted(current, wantedLabel(carrier, request), claim)
    const wanted = accept(known)
    const stored = addresses === null ? null : keptAddresses(wanted, addresses, shippingPiiMs)
    carrier.check({ shipment: wanted, ...requestOf(stored) })
    const { shipment } = await changeShipment(shipmentId, accept, { known, ...(stored !== null && { addresses: stored }) })
    if (shipment.lease.owner !== claim.owner) return await answered(shipment)
    const learned = await makeLabel(carrier, { shipment, ...requestOf(stored) }, claim.owner)
    const now = clock()
    return { shipment: (await changeShipment(shipmentId, (current) => concluded(learned(current), claim.owner, now, null))).shipment, replayed: false }
  }

  async function answered (shipment: Shipment): Promise<CreatedShipment> {
    if (shipment.status === 'declined') throw new DomainError('return_answered', 'the return was declined')
    checkNotInProgress(shipment.lease, clock())
    return { shipment: shipment.status === 'pending' ? (await lookAtShipment(shipment, 'now')).shipment : shipment, replayed: true }
  }

  /** From where the parcel went, as long as that is kept, to where the seller ships from. @throws address_unresolved */
  async function wayBack ({ paymentId }: Shipment, { recipient, sender }: AcceptReturnCommand['request']): Promise<Addresses> {
    const payment = await payments.find(paymentId)
    if (payment === null) throw new DomainError('not_found', 'there is no payment of the return')
    const [there] = await Promise.all(arrivedIds(payment).slice(-1).map(async (shipmentId) => await shipmentAddresses.find(shipmentId, clock())))
    const from = sender === null ? there?.to ?? resolvedAddress(recipientOf(payment)) : resolvedAddress(sender)
    const to = recipient === null ? await senderOf(payment.sellerId) ?? there?.from : resolvedAddress(recipient)
    if (to == null) throw new DomainError('address_unresolved', 'the seller has no address to which the return could go: send `recipient`')
    return { from, to, content: contentOf(payment) }
  }
}

function arrivedIds ({ shipments }: Payment): readonly string[] {
  return shipments.filter(({ state, direction }) => state === 'delivered' && direction !== 'return').map(({ shipmentId }) => shipmentId)
}

/** The seller does not take it back: its items may be asked for again. A repeat changes nothing. @throws not_found, forbidden, return_answered, store_unavailable */
export function makeDeclineReturn (ports: CreateShipmentPorts) {
  const changeShipment = makeChangeShipment(ports)

  return async function declineReturn ({ caller, shipmentId, reason }: ShipmentQuery & { readonly reason: string }): Promise<Shipment> {
    const known = ownReturn(await ports.shipments.find(shipmentId), caller)
    const now = ports.clock()
    return (await changeShipment(shipmentId, (current) => withReturnDeclined(current, reason, now), { known })).shipment
  }
}

/** @throws not_found, forbidden */
function ownReturn (found: Shipment | null, caller: Caller): Shipment {
  const shipment = ownShipment(found, caller)
  if (shipment.direction !== 'return') throw new DomainError('not_found', 'the shipment is no return')
  return shipment
}
