import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { ShippingAddress } from '#domain/shipping/address.js'
import type { Timestamp } from '#domain/time.js'
import type { ShipmentAddresses, ShipmentAddressStore, ShipmentOfPayment } from '#application/ports/shipment-store.js'
import type { Database } from '../engine/client.js'
import { expression, present, type Changes } from '../engine/expression.js'
import { getRow } from '../engine/read.js'
import { keeping, map, mapOrNull, secondsOf, text } from '../engine/row.js'
import { writeIf, type TransactionItem } from '../engine/write.js'

export class DynamoShipmentAddressStore implements ShipmentAddressStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async find (shipmentId: string, now: Timestamp): Promise<ShipmentAddresses | null> {
    const row = await getRow(this.#database, 'shipmentAddresses', { shipmentId })
    const found = row === null ? null : addressesOf(row)
    // DynamoDB deletes late.
    return found === null || found.expiresAt <= now ? null : found
  }

  async keepLabel ({ shipmentId }: ShipmentOfPayment, label: NonNullable<ShipmentAddresses['label']>): Promise<void> {
    await this.#set(shipmentId, { label })
  }

  async expire ({ shipmentId }: ShipmentOfPayment, at: Timestamp): Promise<void> {
    await this.#set(shipmentId, { expiresAt: at, deleteAt: secondsOf(at) })
  }

  async #set (shipmentId: string, set: NonNullable<Changes['set']>): Promise<void> {
    const { documents, tableNames } = this.#database
    await writeIf(this.#database, async () => await documents.send(new UpdateCommand({
      TableName: tableNames.shipmentAddresses, Key: { shipmentId }, ...expression({ condition: present('shipmentId'), update: { set } }),
    })))
  }
}

/** For the shipment store: the item that stores addresses beside their shipment. */
export function addressItem ({ tableNames }: Database, addresses: ShipmentAddresses): TransactionItem {
  return { Put: { TableName: tableNames.shipmentAddresses, Item: { ...addresses, deleteAt: secondsOf(addresses.expiresAt) } } }
}

const addressesOf = keeping(['deleteAt'], (row): ShipmentAddresses => ({
  shipmentId: text(row, 'shipmentId'),
  from: map(row, 'from') as unknown as ShippingAddress,
  to: map(row, 'to') as unknown as ShippingAddress,
  content: text(row, 'content'),
  label: mapOrNull(row, 'label') as ShipmentAddresses['label'],
  expiresAt: text(row, 'expiresAt'),
}))
