import type { Shipment, ShipmentFlag } from './shipment.js'

/** The shipment with the flag; the same shipment when it has it. */
export function withFlag (shipment: Shipment, flag: ShipmentFlag): Shipment {
  return shipment.flags.includes(flag) ? shipment : { ...shipment, flags: [...shipment.flags, flag] }
}

export function withoutFlags (shipment: Shipment, flags: readonly ShipmentFlag[]): Shipment {
  return { ...shipment, flags: shipment.flags.filter((flag) => !flags.includes(flag)) }
}
