import { DomainError } from '../errors.js'
import type { Item, Payment } from './payment.js'

/** What decides how much is paid, to whom, and for what. */
export type Order = Pick<Payment, 'orderId' | 'amount' | 'currency' | 'sellerId' | 'items'>

/** What a request says of an order. It leaves out what is null, and the items where there are none. */
export type StatedOrder = Pick<Order, 'sellerId' | 'items'> & { readonly [Name in 'orderId' | 'amount' | 'currency']: Order[Name] | null }

/** Form and limits of an order, for requests and tokens alike. */
export const ORDER_ID_PATTERN = '^[\\x21-\\x7e]{1,64}$'
export const ITEMS_MAX = 100
export const ITEM_NAME_MAX_CHARACTERS = 240
export const ITEM_QUANTITY_MAX = 10_000

/**
 * The order of a payment: the signed one, where there is one. What the token leaves out, the request cannot add.
 *
 * @throws order_token_mismatch, order_token_required
 */
export function orderOf (stated: StatedOrder, signed: Order | null): Order {
  if (signed === null) return wholeOrder(stated)
  const { orderId, amount, currency, sellerId, items } = signed
  const order = { orderId, amount, currency, sellerId, items }
  for (const name of ['orderId', 'amount', 'currency', 'sellerId'] as const) if (stated[name] !== null && stated[name] !== order[name]) throw mismatch(name)
  if (stated.items.length > 0 && textOf(stated.items) !== textOf(items)) throw mismatch('items')
  return order
}

function wholeOrder ({ orderId, amount, currency, ...rest }: StatedOrder): Order {
  if (orderId !== null && amount !== null && currency !== null) return { orderId, amount, currency, ...rest }
  throw new DomainError('order_token_required', 'a request without an order token says amount, currency and orderId itself')
}

function textOf (items: readonly Item[]): string {
  return JSON.stringify(items.map(({ name, quantity, unitAmount }) => [name, quantity, unitAmount]))
}

function mismatch (name: string): DomainError {
  return new DomainError('order_token_mismatch', `${name} of the request is not that of the order token; leave it out, or repeat what the shop has signed`)
}
