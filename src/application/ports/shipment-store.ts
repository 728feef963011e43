import type { PaymentChange } from '#domain/payments/decision.js'
import type { Payment } from '#domain/payments/payment.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { ShippingAddress } from '#domain/shipping/address.js'
import type { ShipmentChange, ShipmentDecision, ShipmentEvent } from '#domain/shipping/decision.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import type { ShipmentFilter } from '#domain/shipping/shipment-filter.js'
import type { Timestamp } from '#domain/time.js'
import type { Insertion } from './insertion.js'
import type { Page, PageRequest } from './page.js'
import type { LabelFormat } from './shipping-carrier.js'

/** The personal data of a shipment, on a row of its own: it is gone from `expiresAt` on, and the shipment stays. */
export interface ShipmentAddresses {
  readonly shipmentId: string
  readonly from: ShippingAddress
  readonly to: ShippingAddress
  /** What is inside, in the words of the order. */
  readonly content: string
  /** A label that the carrier gives once: at most 64 KiB. */
  readonly label: { readonly format: LabelFormat, readonly bytes: Uint8Array } | null
  readonly expiresAt: Timestamp
}

/** Whose shipments a list shows. */
export interface ShipmentsOf {
  readonly as: 'seller' | 'buyer'
  readonly userId: string
  /** Those alone that have not ended. */
  readonly isOpen: boolean
}

export interface ShipmentUpdateOptions {
  /** The shipment as the caller knows it. It saves the read if the shipment has not changed since. */
  readonly known?: Shipment
  /** The webhook event behind the change. The same step stores it as applied, so that the change takes place at most once for it. */
  readonly webhookEvent?: WebhookEvent
  /** Stored with the change; without a change, nothing is. */
  readonly addresses?: ShipmentAddresses
}

export interface ShipmentUpdate extends ShipmentDecision {
  /** True when `webhookEvent` was applied before. Nothing was changed then. */
  readonly duplicate: boolean
}

/** How a carrier's word names a shipment. The first that is not null counts. */
export interface CarrierName {
  readonly carrierKey: string | null
  readonly carrierReference: string | null
}

/** @throws store_unavailable, store_busy from every method; see `Stores` */
export interface ShipmentStore {
  /**
   * Stores a new shipment, its events, its addresses and the next version of its payment in one step. An id that is taken by a shipment of the same
   * lease owner was taken by this call, whose answer was lost: that is a success. `reserve` runs again when another change of the payment
   * came first; what it throws passes through, and nothing is stored.
   *
   * @throws not_found where there is no such payment
   */
  insert: (shipment: Shipment, addresses: ShipmentAddresses | null, reserve: PaymentChange, known: Payment, events?: readonly ShipmentEvent[]) => Promise<Insertion<Shipment>>

  find: (shipmentId: string) => Promise<Shipment | null>

  /** The shipments with these ids, each once, in any order. Ids that do not exist are left out. */
  findMany: (shipmentIds: readonly string[]) => Promise<readonly Shipment[]>

  /** The shipment that a carrier names. One that was stored a moment before may not be found. */
  findByCarrier: (carrier: string, name: CarrierName) => Promise<Shipment | null>

  /** Shipments that are due to be looked at, longest due first. One that was taken a moment before may still be among them: the lease decides. */
  due: (now: Timestamp, limit: number) => Promise<readonly Shipment[]>

  /**
   * Applies `change` to the stored shipment, and stores the result and its events in one step; with them what the change means for the
   * items of the payment. When another change comes first, `change` runs again on its result. A change that returns its argument
   * writes nothing but the webhook event.
   *
   * @throws not_found
   */
  update: (shipmentId: string, change: ShipmentChange, options?: ShipmentUpdateOptions) => Promise<ShipmentUpdate>

  /** The shipments of a seller or a buyer, newest first. A request examines at most `EXAMINED_MAX` shipments: a page may hold few or none while `nextKey` continues the list. */
  listOf: (whose: ShipmentsOf, page: PageRequest) => Promise<Page<Shipment>>

  /** The shipments of all people that match, newest first, with the same limit. */
  list: (filter: ShipmentFilter, page: PageRequest) => Promise<Page<Shipment>>

  /** The number of shipments with a flag, up to `max`. */
  countFlagged: (max: number) => Promise<number>
}

/** A shipment, with the payment whose writes its own have to follow. */
export type ShipmentOfPayment = Pick<Shipment, 'shipmentId' | 'paymentId'>

/** The personal data of shipments. `ShipmentStore` writes it first, with the shipment. Rows that have run out count as gone. */
export interface ShipmentAddressStore {
  find: (shipmentId: string, now: Timestamp) => Promise<ShipmentAddresses | null>
  /** Keeps a label that the carrier gives once. Without a row, because it has run out, nothing is kept. */
  keepLabel: (shipment: ShipmentOfPayment, label: NonNullable<ShipmentAddresses['label']>) => Promise<void>
  /** Lets the row run out at another time, where there is one. */
  expire: (shipment: ShipmentOfPayment, at: Timestamp) => Promise<void>
}
