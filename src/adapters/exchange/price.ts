import { parseMoney } from '#domain/money.js'
import type { ShipmentPrice } from '#domain/shipping/shipment.js'

/** What a carrier asks, as it writes it in major units: "5.93", or "89.9000". Null where it is no amount of money. */
export function priceOf (text: string, currency: string): ShipmentPrice | null {
  try {
    const { amount } = parseMoney(text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''), currency)
    return { amount, currency }
  } catch {
    return null
  }
}

/** The cheapest first. */
export function byPrice (one: { readonly price: ShipmentPrice }, other: { readonly price: ShipmentPrice }): number {
  return one.price.amount - other.price.amount
}
