import { createdKey, type Timestamp } from '../time.js'
import type { Shipment, ShipmentFlag, ShipmentStatus } from './shipment.js'

/** Null leaves out a condition. */
export interface ShipmentFilter {
  readonly status: ShipmentStatus | null
  readonly carrier: string | null
  readonly sellerId: string | null
  readonly flag: ShipmentFlag | null
  /** Those with any flag. Absent admits those without one too. */
  readonly isFlagged?: boolean
  /** Created at or after, and before. */
  readonly from: Timestamp | null
  readonly to: Timestamp | null
}

/** Whether a shipment matches all conditions but those of time. */
export function matchesFilter ({ status, carrier, sellerId, flags }: Shipment, filter: ShipmentFilter): boolean {
  return (filter.status === null || status === filter.status) && (filter.carrier === null || carrier === filter.carrier) &&
    (filter.sellerId === null || sellerId === filter.sellerId) && (filter.flag === null || flags.includes(filter.flag)) &&
    (filter.isFlagged !== true || flags.length > 0)
}

const ENDED: readonly ShipmentStatus[] = ['declined', 'refused', 'canceled', 'delivered', 'returned']

/** Whether something may still become of the shipment. */
export function isOpen ({ status }: Pick<Shipment, 'status'>): boolean {
  return !ENDED.includes(status)
}

/** The position of a shipment in every list. */
export function shipmentKey ({ createdAt, shipmentId }: Shipment): string {
  return createdKey(createdAt, shipmentId)
}
