import type { CreateShipmentCommand } from '#application/shipping/create-shipment.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import type { Depot } from './depot.js'

/** A place as its buyer writes it, and the one that they mean; null where it merely resembles one. */
export interface WrittenPlace {
  readonly city: string
  readonly district: string
  readonly meant: { readonly cityCode: string, readonly district: string } | null
}

/** What the people who ship were told, and what carriers have said to any node. */
export class ShippingLedger {
  /** None where no one ships. */
  readonly depots: Depot[] = []
  readonly shipments: Shipment[] = []
  /** The places of requests, by the id of their shipment. */
  readonly places = new Map<string, WrittenPlace>()
  /** Requests that were answered. */
  readonly commands: CreateShipmentCommand[] = []
  /** News of carriers that were answered with success. */
  readonly news: Array<{ readonly carrier: string, readonly eventId: string }> = []
  /** News that was stored with its effect. */
  readonly effects = new Set<string>()
  /** Shipments of which a carrier has said that it takes none, that there is no label, or that the label is canceled. */
  readonly refused = new Set<string>()
  readonly absent = new Set<string>()
  readonly canceled = new Set<string>()
  /** Shipments of which a person has decided what became of them. */
  readonly resolved = new Set<string>()
  /** Shipments that are flagged because they moved after their cancellation. */
  readonly moved = new Set<string>()

  get isOpen (): boolean {
    return this.depots.length > 0
  }
}
