import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { checkShippable, reserveItems, unshippedItems } from '#domain/payments/fulfillment.js'
import type { Payment } from '#domain/payments/payment.js'
import { concluded } from '#domain/shipping/label.js'
import { carrierKeyOf, newShipment, type ShipmentDraft } from '#domain/shipping/new-shipment.js'
import type { Parcel } from '#domain/shipping/parcel.js'
import type { ReturnLabel } from '#domain/shipping/return.js'
import type { Shipment, ShipmentItem, ShipmentPrice } from '#domain/shipping/shipment.js'
import { checkNotInProgress, checkSameRequest } from '../idempotency.js'
import type { SenderOf } from '../ports/sender.js'
import type { Quote, ShippingCarrier } from '../ports/shipping-carrier.js'
import type { Identity } from '../ports/system.js'
import { shippablePayment } from './access.js'
import { contentOf, keptAddresses, recipientOf, resolvedAddress, type Addresses, type WrittenAddress } from './addresses.js'
import { carrierClaim, carrierFor, checkAnswering, requireCarrier } from './carriers.js'
import { makeChangeShipment } from './change-shipment.js'
import { makeLookAtShipment, type ShippingPorts } from './complete-shipments.js'
import { makeMakeLabel, requestOf } from './make-label.js'

export interface CreateShipmentPorts extends ShippingPorts {
  /** Where a seller ships from, where the request does not say. */
  readonly senderOf: SenderOf
}

export interface LabelRequest {
  /** Null: the preferred carrier. */
  readonly carrier: string | null
  readonly service: string | null
  readonly parcels: readonly Parcel[]
  /** Null: everything that is left. */
  readonly items: readonly ShipmentItem[] | null
  /** Null: the shipping address of the payment. */
  readonly recipient: WrittenAddress | null
  /** Null: the address of the seller. */
  readonly sender: WrittenAddress | null
  /** What the quote said: a dearer label is flagged. */
  readonly price: ShipmentPrice | null
  /** Of a parcel that the seller hands over themselves. */
  readonly typed: Pick<Shipment, 'carrierName' | 'trackingNumber' | 'trackingUrl'> | null
}

export interface CreateShipmentCommand {
  readonly caller: Caller
  readonly paymentId: string
  readonly key: string
  readonly request: LabelRequest
}

export interface CreatedShipment {
  /** `pending` if the outcome is unknown, `refused` if the carrier has made no label. */
  readonly shipment: Shipment
  readonly replayed: boolean
}

/**
 * Has a label made once for an idempotency key, on whichever nodes its requests arrive. The items are reserved on the payment, and the
 * intent stored, before the carrier is asked. A repeat after the first request died asks the carrier for the outcome.
 *
 * @throws what `reserveItems` and `ShippingCarrier.check` throw; not_found, forbidden, address_unresolved, carrier_unsupported,
 *   parcel_too_large, provider_unavailable, idempotency_key_reused, request_in_progress, store_unavailable
 */
export function makeCreateShipment (ports: CreateShipmentPorts) {
  const { payments, shipments, shipmentAddresses, carriers, identity, clock, shippingPiiMs } = ports
  const changeShipment = makeChangeShipment(ports)
  const makeLabel = makeMakeLabel({ shipmentAddresses, clock, changeShipment })
  const lookAtShipment = makeLookAtShipment(ports)
  const addressesFor = makeAddressesFor(ports)

  return async function createShipment ({ caller, paymentId, key, request }: CreateShipmentCommand): Promise<CreatedShipment> {
    const payment = shippablePayment(await payments.find(paymentId), caller)
    const shipmentId = identity.derived('ship', [paymentId, 'shipment', key])
    const fingerprint = identity.fingerprint(request)
    const existing = await shipments.find(shipmentId)
    if (existing !== null) return await replay(existing, fingerprint)
    checkShippable(payment)
    const carrier = carrierFor(carriers, request)
    const addresses = request.typed === null ? await addressesFor(payment, request) : null
    const claim = carrierClaim(identity.random('lease'), clock())
    const items = request.items ?? unshippedItems(payment)
    const shipment = newShipment(draftOf(payment, carrier, request, items), { shipmentId, carrierKey: keyFor(identity, shipmentId), fingerprint, ...claim })
    const stored = addresses === null ? null : keptAddresses(shipment, addresses, shippingPiiMs)
    carrier.check({ shipment, ...requestOf(stored) })
    const insertion = await shipments.insert(shipment, stored, (current) => reserveItems(current, { shipmentId, items }, claim.now), payment)
    if (!insertion.inserted) return await replay(insertion.stored, fingerprint)
    const learned = await makeLabel(carrier, { shipment, ...requestOf(stored) }, claim.owner)
    const now = clock()
    const { shipment: after } = await changeShipment(shipmentId, (current) => concluded(learned(current), claim.owner, now, null))
    return { shipment: after, replayed: false }
  }

  async function replay (stored: Shipment, fingerprint: string): Promise<CreatedShipment> {
    checkSameRequest(stored, fingerprint)
    checkNotInProgress(stored.lease, clock())
    return { shipment: stored.status === 'pending' ? (await lookAtShipment(stored, 'now')).shipment : stored, replayed: true }
  }
}

/** What a carrier knows a shipment by. */
export function keyFor ({ derived }: Pick<Identity, 'derived'>, shipmentId: string): string {
  return carrierKeyOf(derived('', [shipmentId]).slice(1))
}

function draftOf (payment: Payment, carrier: ShippingCarrier, request: LabelRequest, items: readonly ShipmentItem[]): ShipmentDraft {
  const { paymentId, orderId, sellerId, userId: buyerId } = payment
  return { paymentId, orderId, sellerId, buyerId, items, ...wantedLabel(carrier, request) }
}

/** What a request says of its label. */
export function wantedLabel ({ carrier }: ShippingCarrier, { service, parcels, price, typed }: Omit<LabelRequest, 'items'>): ReturnLabel {
  const { carrierName = null, trackingNumber = null, trackingUrl = null } = typed ?? {}
  return { carrier, carrierName, service, trackingNumber, trackingUrl, price, parcels }
}

/** From where, whereto and what, as a carrier is asked. */
function makeAddressesFor ({ senderOf }: Pick<CreateShipmentPorts, 'senderOf'>) {
  /** @throws address_unresolved */
  return async function addressesFor (payment: Payment, { recipient, sender }: Pick<LabelRequest, 'recipient' | 'sender'>): Promise<Addresses> {
    const to = resolvedAddress(recipient ?? recipientOf(payment))
    const from = sender === null ? await senderOf(payment.sellerId) : resolvedAddress(sender)
    if (from === null) throw new DomainError('address_unresolved', 'the seller has no address to ship from: send `sender`')
    return { from, to, content: contentOf(payment) }
  }
}

export interface QuoteQuery {
  readonly caller: Caller
  readonly paymentId: string
  readonly request: Pick<LabelRequest, 'carrier' | 'parcels' | 'recipient' | 'sender'>
}

export interface CarrierQuote extends Quote {
  readonly carrier: string
}

/**
 * What carriers ask for these parcels, the cheapest first of each. Those that do not answer, or that do not carry them, are left out, unless
 * one was named. It has no effect.
 *
 * @throws not_found, forbidden, payment_not_shippable, address_unresolved, carrier_unsupported, parcel_too_large, provider_unavailable, store_unavailable
 */
export function makeQuoteShipment (ports: CreateShipmentPorts) {
  const { payments, shipments, carriers, identity, clock } = ports
  const addressesFor = makeAddressesFor(ports)

  return async function quoteShipment ({ caller, paymentId, request }: QuoteQuery): Promise<readonly CarrierQuote[]> {
    const payment = shippablePayment(await payments.find(paymentId), caller)
    // Only the store itself says what may still be shipped.
    await shipments.findMany(payment.shipments.map(({ shipmentId }) => shipmentId))
    checkShippable(payment)
    const addresses = await addressesFor(payment, request)
    const asked = request.carrier === null ? carriers.filter(({ capabilities }) => capabilities.quote) : [requireCarrier(carriers, request.carrier)]
    const answers = await Promise.all(asked.map(async (carrier) => await quotesOf(carrier, payment, addresses, request)))
    return answers.flat()
  }

  async function quotesOf (carrier: ShippingCarrier, payment: Payment, addresses: Addresses, { carrier: named, parcels }: QuoteQuery['request']): Promise<readonly CarrierQuote[]> {
    const shipmentId = identity.random('quote')
    const draft = draftOf(payment, carrier, { ...NOTHING_ASKED, parcels }, [])
    const shipment = newShipment(draft, { shipmentId, carrierKey: keyFor(identity, shipmentId), fingerprint: '', ...carrierClaim(shipmentId, clock()) })
    try {
      checkAnswering(carrier)
      carrier.check({ shipment, ...addresses })
    } catch (error) {
      if (error instanceof DomainError && named === null) return []
      throw error
    }
    const answer = await carrier.quote({ shipment, ...addresses })
    if (answer.kind === 'quotes') return answer.quotes.map((quote) => ({ ...quote, carrier: carrier.carrier }))
    if (named === null) return []
    if (answer.kind === 'refused') throw new DomainError('carrier_unsupported', answer.failure.message)
    throw new DomainError('provider_unavailable', 'the carrier does not answer', { retryAfterS: QUOTE_RETRY_S })
  }
}

const QUOTE_RETRY_S = 30
const NOTHING_ASKED: LabelRequest = { carrier: null, service: null, parcels: [], items: null, recipient: null, sender: null, price: null, typed: null }
