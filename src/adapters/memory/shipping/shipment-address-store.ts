import type { Timestamp } from '#domain/time.js'
import type { ShipmentAddresses, ShipmentAddressStore, ShipmentOfPayment } from '#application/ports/shipment-store.js'
import { Table } from '../engine/table.js'

/** The bytes of a label as base64, because a table holds plain data. */
type Stored = Omit<ShipmentAddresses, 'label'> & { readonly label: Omit<NonNullable<ShipmentAddresses['label']>, 'bytes'> & { readonly base64: string } | null }

export class MemoryShipmentAddressStore implements ShipmentAddressStore {
  readonly #addresses = new Table<Stored>()

  async find (shipmentId: string, now: Timestamp): Promise<ShipmentAddresses | null> {
    const found = this.#addresses.get(shipmentId)
    if (found === undefined || found.expiresAt <= now) return null
    const { label, ...addresses } = found
    return { ...addresses, label: label === null ? null : { format: label.format, bytes: Buffer.from(label.base64, 'base64') } }
  }

  async keepLabel ({ shipmentId }: ShipmentOfPayment, { format, bytes }: NonNullable<ShipmentAddresses['label']>): Promise<void> {
    const found = this.#addresses.get(shipmentId)
    if (found !== undefined) this.#addresses.put(shipmentId, { ...found, label: { format, base64: Buffer.from(bytes).toString('base64') } })
  }

  async expire ({ shipmentId }: ShipmentOfPayment, at: Timestamp): Promise<void> {
    const found = this.#addresses.get(shipmentId)
    if (found !== undefined) this.#addresses.put(shipmentId, { ...found, expiresAt: at })
  }

  /** For the shipment store, within its own step. No label is made yet. */
  put (addresses: ShipmentAddresses): void {
    this.#addresses.put(addresses.shipmentId, { ...addresses, label: null })
  }
}
