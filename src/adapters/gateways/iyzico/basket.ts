import { formatMoney } from '#domain/money.js'
import type { Payment } from '#domain/payments/payment.js'
import { shareOf } from '#domain/payments/surcharge.js'

/** iyzico requires a category on each line and shows it to the merchant only. */
const CATEGORY = 'Live commerce'

/**
 * The lines of the basket. Their prices add up to the amount exactly, and each is above zero; iyzico refuses any other basket. Discount
 * and tax are spread over the items; an item of which the discount leaves nothing has no line. Shipping is a line of its own.
 */
export function basketItems (payment: Payment): object[] {
  const { orderId, amount, currency, items, shippingAmount, shippingAddress } = payment
  // iyzico requires a shipping address for physical items.
  const itemType = shippingAddress === null ? 'VIRTUAL' : 'PHYSICAL'
  if (items.length === 0) return [line(orderId, `Order ${orderId}`, amount)]
  const parts = spread(amount - shippingAmount, items, ({ quantity, unitAmount }) => quantity * unitAmount)
  const lines = parts.map(([{ name, quantity }, price], index) => ({ price, id: String(index + 1), name: quantity === 1 ? name : `${quantity} × ${name}` }))
  return [...lines, { price: shippingAmount, id: 'shipping', name: 'Shipping' }].filter(({ price }) => price > 0).map(({ id, name, price }) => line(id, name, price))

  function line (id: string, name: string, price: number): object {
    return { category1: CATEGORY, itemType, id, name, price: formatMoney({ amount: price, currency }) }
  }
}

/** A sum in whole parts in proportion to the weights of these things: each part is less than one unit from its exact share. */
export function spread<Thing> (sum: number, things: readonly Thing[], weightOf: (thing: Thing) => number): Array<readonly [thing: Thing, part: number]> {
  const whole = things.reduce((total, thing) => total + weightOf(thing), 0)
  let weighed = 0
  return things.map((thing) => {
    const before = shareOf(sum, weighed, whole)
    weighed += weightOf(thing)
    return [thing, shareOf(sum, weighed, whole) - before]
  })
}
