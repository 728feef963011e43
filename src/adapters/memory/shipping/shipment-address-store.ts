import type { Timestamp } from '#domain/time.js'
import type { ShipmentAddresses, ShipmentAddressStore } from '#application/ports/shipment-store.js'
import { Table } from '../engine/table.js'

export class MemoryShipmentAddressStore implements ShipmentAddressStore {
  readonly #addresses = new Table<ShipmentAddresses>()

  async find (shipmentId: string, now: Timestamp): Promise<ShipmentAddresses | null> {
    const found = this.#addresses.get(shipmentId)
    return found === undefined || found.expiresAt <= now ? null : found
  }

  async keepLabel (shipmentId: string, label: NonNullable<ShipmentAddresses['label']>): Promise<void> {
    const found = this.#addresses.get(shipmentId)
    if (found !== undefined) this.put({ ...found, label })
  }

  async expire (shipmentId: string, at: Timestamp): Promise<void> {
    const found = this.#addresses.get(shipmentId)
    if (found !== undefined) this.put({ ...found, expiresAt: at })
  }

  /** For the shipment store, within its own step. */
  put (addresses: ShipmentAddresses): void {
    this.#addresses.put(addresses.shipmentId, addresses)
  }
}
