import type { ShippingAddress } from '#domain/shipping/address.js'
import type { Shipment, ShipmentFailure, ShipmentPrice } from '#domain/shipping/shipment.js'
import type { TrackingEvent } from '#domain/shipping/tracking.js'
import type { Timestamp } from '#domain/time.js'
import type { AccessAnswer, Refused, Unknown, WebhookDelivery } from './payment-gateway.js'

export const LABEL_FORMATS = ['pdf', 'png', 'zpl'] as const
export type LabelFormat = typeof LABEL_FORMATS[number]

/** What a carrier is asked about before and at the making of a label. */
export interface ShipmentRequest {
  /** Its `carrierKey` is our reference at the carrier; `service` chooses among the carrier's services, null the cheapest or the only one. */
  readonly shipment: Shipment
  readonly from: ShippingAddress
  readonly to: ShippingAddress
  /** What is inside, in the words of the order; carriers print it. */
  readonly content: string
}

export interface Quote {
  /** As a request for a label names it. */
  readonly service: string
  readonly carrierName: string
  readonly price: ShipmentPrice
  /** Days until delivery, where the carrier says so. */
  readonly days: { readonly min: number, readonly max: number } | null
}

export interface CreatedLabel {
  readonly kind: 'created'
  readonly carrierReference: string
  readonly carrierName: string | null
  readonly service: string | null
  /** Some carriers give it only when they have the parcel: null until then. */
  readonly trackingNumber: string | null
  readonly trackingUrl: string | null
  /** What the carrier charges, where it says so. */
  readonly price: ShipmentPrice | null
  /** The label itself, where this answer is the only one that holds it: at most 64 KiB. */
  readonly label: { readonly format: LabelFormat, readonly bytes: Uint8Array } | null
}

/** The carrier has refused for certain: no label was made. */
export interface RefusedLabel {
  readonly kind: 'refused'
  readonly failure: ShipmentFailure
}

export type QuoteAnswer = { readonly kind: 'quotes', readonly quotes: readonly Quote[] } | RefusedLabel | Unknown
/** `progress`: a step is done that costs nothing. The caller stores the text and calls again with it. */
export type CreateAnswer = { readonly kind: 'progress', readonly progress: string } | CreatedLabel | RefusedLabel | Refused | Unknown
/** `not_found`: proven by every look-up that the carrier has. `created` is null where the carrier knows the shipment but has made no label of it. */
export type FindAnswer =
  | { readonly kind: 'found', readonly progress: string, readonly created: CreatedLabel | null, readonly canceled: boolean }
  | { readonly kind: 'not_found' }
  | Unknown
/** `later`: there is none yet. */
export type LabelAnswer = { readonly kind: 'label', readonly bytes: Uint8Array, readonly type: string } | { readonly kind: 'later' } | Unknown
export type TrackAnswer =
  | { readonly kind: 'tracked', readonly events: readonly TrackingEvent[], readonly trackingNumber: string | null, readonly trackingUrl: string | null, readonly canceled: boolean }
  | { readonly kind: 'not_found' }
  | Unknown
/** `requested`: the carrier has taken the request. Neither it nor `canceled` is the end: only `find` or `track` says that the label is canceled. */
export type CancelAnswer = { readonly kind: 'canceled' | 'requested' } | RefusedLabel | Unknown

/** The content of a carrier's webhook. */
export interface CarrierWebhook {
  /** The carrier's id of the event, the same for each delivery; for a hint one that is derived from its content. */
  readonly eventId: string
  readonly type: string
  readonly carrierKey: string | null
  readonly carrierReference: string | null
  readonly trackingNumber: string | null
  /** `ask`: the carrier is to be asked. A delivery without a signature never says more. Null: it does not concern a shipment. */
  readonly news: readonly TrackingEvent[] | 'ask' | null
}

/** A carrier, or a service that stands for several. Its methods answer `unknown` for an unknown outcome, and never throw or report a failure for it. */
export interface ShippingCarrier {
  readonly carrier: string
  readonly capabilities: {
    readonly quote: boolean
    readonly cancel: 'before_scan' | 'none'
    readonly returns: boolean
    /** `hint`: its deliveries are not signed, carry a secret in their address, and only say whom to ask about. */
    readonly webhook: 'signed' | 'hint' | 'none'
    /** ISO 3166-1 alpha-2 codes of where it carries from and to; null for everywhere. */
    readonly countries: readonly string[] | null
    readonly labelFormats: readonly LabelFormat[]
    readonly desiDivisorCm3: number
  }
  /** The header of the carrier's signature, in lower case, by which a webhook finds its carrier. Null where it has none. */
  readonly signatureHeader: string | null
  /** Seconds in which no new label should be tried; null when the carrier answers. Absent on a carrier without a breaker. */
  readonly outageS?: () => number | null
  /** Asks whether the carrier takes our key, by a call that changes nothing. Absent on a carrier that needs no key. */
  readonly checkAccess?: () => Promise<AccessAnswer>
  /**
   * Refuses what this carrier cannot carry, before anything is stored or sent.
   *
   * @throws carrier_unsupported, parcel_too_large
   */
  check: (request: ShipmentRequest) => void
  quote: (request: ShipmentRequest) => Promise<QuoteAnswer>
  /** One step towards the label. `progress` is that of the step before, null at first. A crash after a step goes on with what was stored of it. */
  create: (request: ShipmentRequest, progress: string | null) => Promise<CreateAnswer>
  /** What the carrier knows by `carrierKey` and `progress`. @param now for carriers that show a new shipment only after a while */
  find: (shipment: Shipment, now: Timestamp) => Promise<FindAnswer>
  label: (shipment: Shipment, format: LabelFormat) => Promise<LabelAnswer>
  track: (shipment: Shipment) => Promise<TrackAnswer>
  /** Never repeated after an unknown outcome without a `find` between. */
  cancel: (shipment: Shipment) => Promise<CancelAnswer>
  /** @throws invalid_webhook_signature; invalid_webhook for a verified body that cannot be read */
  verifyWebhook: (delivery: WebhookDelivery) => CarrierWebhook
}
