import { countedAmount, countedRefundsOf } from './counted.js'
import { isCaptured, type Payment } from './payment.js'

/** What a change of a payment adds to the sales of its room. */
export interface RoomSale {
  readonly roomId: string
  readonly productId: string | null
  /** Of `SALES`, those that change. */
  readonly add: Readonly<Record<string, number>>
}

/** The figures of sales. What is left of them is sold less refunds less disputed. */
export const SALES = ['orders_count', 'units_count', 'sold_amount', 'refunds_count', 'refunds_amount', 'disputed_amount'] as const
export type SalesFigures = Readonly<Record<typeof SALES[number], number>>

/** The sale of a payment in this state. What an open or lost dispute takes is what refunds have left. */
function salesOf (payment: Payment): SalesFigures {
  const isSold = isCaptured(payment)
  const sold = isSold ? countedAmount(payment) : 0
  const refunds = countedRefundsOf(payment)
  const refunded = refunds.reduce((sum, { amount }) => sum + amount, 0)
  return {
    orders_count: isSold ? 1 : 0,
    units_count: isSold ? unitsOf(payment) : 0,
    sold_amount: sold,
    refunds_count: refunds.length,
    refunds_amount: refunded,
    disputed_amount: isSold && payment.status === 'disputed' ? sold - refunded : 0,
  }
}

/** How many things the order holds; one where it has no items. */
export function unitsOf ({ items }: Pick<Payment, 'items'>): number {
  return items.length === 0 ? 1 : items.reduce((sum, { quantity }) => sum + quantity, 0)
}

/** What the change from `before` adds; null where that is nothing, or the payment names no room. */
export function roomSale (before: Payment | null, after: Payment): RoomSale | null {
  const { roomId, productId } = after
  if (roomId === null) return null
  const sales = salesOf(after)
  const salesBefore = before === null ? null : salesOf(before)
  const changes = SALES.map((name) => [name, sales[name] - (salesBefore?.[name] ?? 0)] as const).filter(([, change]) => change !== 0)
  return changes.length === 0 ? null : { roomId, productId, add: Object.fromEntries(changes) }
}
