import type { PaymentChange } from '#domain/payments/decision.js'
import { withShipmentState } from '#domain/payments/fulfillment.js'
import { keyRange } from '#domain/payments/payment-filter.js'
import type { Payment } from '#domain/payments/payment.js'
import { DomainError } from '#domain/errors.js'
import { parcelStateOf, type ShipmentChange, type ShipmentEvent } from '#domain/shipping/decision.js'
import { isOpen, matchesFilter, shipmentKey, type ShipmentFilter } from '#domain/shipping/shipment-filter.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { createdKey, type Timestamp } from '#domain/time.js'
import type { Insertion } from '#application/ports/insertion.js'
import { FilteredPage, type Page, type PageRequest } from '#application/ports/page.js'
import type { CarrierName, ShipmentAddresses, ShipmentsOf, ShipmentStore, ShipmentUpdate, ShipmentUpdateOptions } from '#application/ports/shipment-store.js'
import { EVERYBODY, RowIndex } from '../engine/indexes.js'
import { Table } from '../engine/table.js'
import type { MemoryOutboxStore } from '../outbox/outbox-store.js'
import type { MemoryPaymentStore } from '../payments/payment-store.js'
import type { MemoryWebhookEventStore } from '../payments/webhook-event-store.js'
import type { MemoryShipmentAddressStore } from './shipment-address-store.js'

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryShipmentStore implements ShipmentStore {
  readonly #shipments = new Table<Shipment>()
  readonly #all = new RowIndex<Shipment>()
  readonly #bySeller = new RowIndex<Shipment>()
  readonly #byBuyer = new RowIndex<Shipment>()
  readonly #byDueAt = new RowIndex<Shipment>()
  readonly #flagged = new RowIndex<Shipment>()
  /** The id of a shipment by what carriers know it by. */
  readonly #byName = new Map<string, string>()
  readonly #payments: MemoryPaymentStore
  readonly #addresses: MemoryShipmentAddressStore
  readonly #webhookEvents: MemoryWebhookEventStore
  readonly #outbox: MemoryOutboxStore

  constructor (payments: MemoryPaymentStore, addresses: MemoryShipmentAddressStore, webhookEvents: MemoryWebhookEventStore, outbox: MemoryOutboxStore) {
    this.#payments = payments
    this.#addresses = addresses
    this.#webhookEvents = webhookEvents
    this.#outbox = outbox
  }

  async insert (shipment: Shipment, addresses: ShipmentAddresses | null, reserve: PaymentChange, _known: Payment, events: readonly ShipmentEvent[] = []): Promise<Insertion<Shipment>> {
    const taken = this.#shipments.get(shipment.shipmentId)
    if (taken !== undefined) return { inserted: taken.lease.owner === shipment.lease.owner, stored: taken }
    this.#payments.store(this.#payments.changed(shipment.paymentId, reserve))
    if (addresses !== null) this.#addresses.put(addresses)
    const stored = this.#put(shipment, null, events)
    return { inserted: true, stored }
  }

  async find (shipmentId: string): Promise<Shipment | null> {
    return this.#shipments.get(shipmentId) ?? null
  }

  async findMany (shipmentIds: readonly string[]): Promise<readonly Shipment[]> {
    return [...new Set(shipmentIds)].map((shipmentId) => this.#shipments.get(shipmentId)).filter((shipment) => shipment !== undefined)
  }

  async findByCarrier (carrier: string, { carrierKey, carrierReference }: CarrierName): Promise<Shipment | null> {
    const name = carrierKey === null ? `reference ${carrier} ${carrierReference}` : `key ${carrier} ${carrierKey}`
    return this.#shipments.get(this.#byName.get(name) ?? '') ?? null
  }

  async due (now: Timestamp, limit: number): Promise<readonly Shipment[]> {
    return this.#byDueAt.due(EVERYBODY, now, limit)
  }

  async update (shipmentId: string, change: ShipmentChange, { webhookEvent, addresses }: ShipmentUpdateOptions = {}): Promise<ShipmentUpdate> {
    const before = this.#shipments.get(shipmentId)
    if (before === undefined) throw new DomainError('not_found', 'there is no such shipment')
    if (webhookEvent !== undefined && this.#webhookEvents.isApplied(webhookEvent.eventKey)) return { shipment: before, events: [], duplicate: true }
    const { shipment, events } = change(before)
    const state = parcelStateOf(shipment)
    if (state !== parcelStateOf(before)) this.#payments.store(this.#payments.changed(before.paymentId, (payment) => withShipmentState(payment, shipmentId, state, shipment.updatedAt)))
    if (webhookEvent !== undefined) this.#webhookEvents.put(webhookEvent)
    if (addresses !== undefined && shipment !== before) this.#addresses.put(addresses)
    return { shipment: shipment === before ? before : this.#put(shipment, before, events), events, duplicate: false }
  }

  async listOf ({ as, userId, isOpen: openAlone }: ShipmentsOf, page: PageRequest): Promise<Page<Shipment>> {
    const index = as === 'seller' ? this.#bySeller : this.#byBuyer
    const found = new FilteredPage<Shipment>(page, (shipment) => !openAlone || isOpen(shipment))
    for (const [key, { stored }] of index.descending(userId, page.before)) if (!found.examine(key, stored)) return found.unfinished()
    return found.upTo(null)
  }

  async list (filter: ShipmentFilter, page: PageRequest): Promise<Page<Shipment>> {
    const { low, high } = keyRange(filter, page.before)
    const found = new FilteredPage<Shipment>(page, (shipment) => matchesFilter(shipment, filter))
    for (const [key, { stored }] of this.#all.descending(EVERYBODY, high)) {
      if (low !== null && key < low) break
      if (!found.examine(key, stored)) return found.unfinished()
    }
    return found.upTo(null)
  }

  async countFlagged (max: number): Promise<number> {
    return this.#flagged.count(EVERYBODY, max)
  }

  #put (shipment: Shipment, before: Shipment | null, events: readonly ShipmentEvent[]): Shipment {
    const { shipmentId, carrier, carrierKey, carrierReference, sellerId, buyerId, check } = shipment
    const key = shipmentKey(shipment)
    const row = this.#shipments.put(shipmentId, shipment)
    this.#all.add(EVERYBODY, key, row)
    this.#byBuyer.add(buyerId, key, row)
    if (sellerId !== null) this.#bySeller.add(sellerId, key, row)
    if (before !== null && before.check !== null) this.#byDueAt.remove(EVERYBODY, createdKey(before.check.dueAt, shipmentId))
    if (check !== null) this.#byDueAt.add(EVERYBODY, createdKey(check.dueAt, shipmentId), row)
    if (shipment.flags.length > 0) this.#flagged.add(EVERYBODY, key, row)
    else this.#flagged.remove(EVERYBODY, key)
    this.#byName.set(`key ${carrier} ${carrierKey}`, shipmentId)
    if (carrierReference !== null) this.#byName.set(`reference ${carrier} ${carrierReference}`, shipmentId)
    this.#outbox.add(events)
    return row.stored
  }
}
