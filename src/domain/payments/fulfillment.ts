import { DomainError } from '../errors.js'
import type { Timestamp } from '../time.js'
import { decided, unchanged, type Decision } from './decision.js'
import { checkUnderstood, ownDisputes, type Payment } from './payment.js'
import type { ShippedItems } from './shipped-items.js'
import { isManual } from './settlement.js'

/** `not_needed`: nothing says where to send it, or the money came outside of every provider; and nothing was shipped. */
export const FULFILLMENT_STATUSES = ['not_needed', 'unfulfilled', 'partially_shipped', 'shipped', 'delivered', 'returned'] as const
export type FulfillmentStatus = typeof FULFILLMENT_STATUSES[number]

/** Shipments of one payment, those that came to nothing among them. They are part of it, so that one condition guards their quantities. */
export const SHIPMENTS_MAX = 50

type Items = ShippedItems['items']

const MOVED: ReadonlyArray<ShippedItems['state']> = ['shipped', 'delivered', 'returned']

/** What the shipments of a payment add up to: those to the buyer, and what has come back. It is derived each time, so that payments of every version have it. */
export function fulfillmentOf (payment: Payment): FulfillmentStatus {
  const open = outboundOf(payment)
  const moved = open.filter(({ state }) => MOVED.includes(state))
  if (open.length === 0) return payment.shippingAddress === null || isManual(payment) ? 'not_needed' : 'unfulfilled'
  if (moved.length === 0) return 'unfulfilled'
  if (!isAll(payment, moved)) return 'partially_shipped'
  const back = [...moved.filter(({ state }) => state === 'returned'), ...returnsOf(payment).filter(({ state }) => state === 'delivered')]
  if (back.length > 0 && isAll(payment, back)) return 'returned'
  return moved.every(({ state }) => state !== 'shipped') ? 'delivered' : 'shipped'
}

/** Whether the money is there and something is left to ship. */
export function waitsForShipping (payment: Payment): boolean {
  const fulfillment = fulfillmentOf(payment)
  return (payment.status === 'succeeded' || payment.status === 'partially_refunded') && (fulfillment === 'unfulfilled' || fulfillment === 'partially_shipped')
}

/** The shipments to the buyer. A state of another version counts: what is not known to be void is not shipped again. */
function outboundOf ({ shipments }: Payment): readonly ShippedItems[] {
  return shipments.filter(({ state, direction }) => state !== 'void' && direction !== 'return')
}

/** What is on its way back, or is there. What came back to the buyer, because the seller did not take it, may be sent again. */
function returnsOf ({ shipments }: Payment): readonly ShippedItems[] {
  return shipments.filter(({ state, direction }) => state !== 'void' && state !== 'returned' && direction === 'return')
}

function isAll (payment: Payment, shipments: readonly ShippedItems[]): boolean {
  return payment.items.every(({ quantity }, index) => takenOf(shipments, index) >= quantity)
}

function takenOf (shipments: readonly ShippedItems[], index: number): number {
  return shipments.flatMap(({ items }) => items).reduce((sum, item) => item.index === index ? sum + item.quantity : sum, 0)
}

/** The items that no open shipment takes. */
export function unshippedItems (payment: Payment): Items {
  const open = outboundOf(payment)
  return payment.items.map(({ quantity }, index) => ({ index, quantity: quantity - takenOf(open, index) })).filter(({ quantity }) => quantity > 0)
}

/** The items that have arrived and are not on their way back. */
export function returnableItems (payment: Payment): Items {
  const [arrived, returns] = [arrivedOf(payment), returnsOf(payment)]
  return payment.items.map((_item, index) => ({ index, quantity: takenOf(arrived, index) - takenOf(returns, index) })).filter(({ quantity }) => quantity > 0)
}

function arrivedOf (payment: Payment): readonly ShippedItems[] {
  return outboundOf(payment).filter(({ state }) => state === 'delivered')
}

/**
 * Refuses a payment for which nothing may be shipped now.
 *
 * @throws payment_unreadable, payment_not_shippable
 */
export function checkShippable (payment: Payment): void {
  checkUnderstood(payment)
  const { status, flags } = payment
  if (status !== 'succeeded' && status !== 'partially_refunded') throw new DomainError('payment_not_shippable', `the status of the payment is ${status}`)
  const flag = flags.find((one) => one === 'amount_mismatch' || one === 'duplicate_charge')
  if (flag !== undefined) throw new DomainError('payment_not_shippable', `a person has to look at the payment first: ${flag}`)
  if (ownDisputes(payment).some((dispute) => dispute.status === 'open')) throw new DomainError('payment_not_shippable', 'a dispute about the payment is open')
}

/**
 * Reserves items for a shipment before its carrier is asked, so that concurrent requests never ship a thing twice. A shipment that has its
 * reservation keeps it.
 *
 * @throws payment_unreadable, payment_not_shippable, already_shipped, shipment_limit_reached
 */
export function reserveItems (payment: Payment, { shipmentId, items }: Pick<ShippedItems, 'shipmentId' | 'items'>, now: Timestamp): Decision {
  checkShippable(payment)
  if (isReserved(payment, shipmentId)) return unchanged(payment)
  const left = unshippedItems(payment)
  const isLeft = payment.items.length === 0 ? items.length === 0 && outboundOf(payment).length === 0 : isWithin(items, left)
  if (!isLeft) throw new DomainError('already_shipped', leftText(payment, left))
  return withReservation(payment, { shipmentId, items, direction: 'outbound' }, now)
}

/**
 * Reserves items for a return, so that no thing is sent back twice. No state of the money forbids it: what was paid back may come back too.
 *
 * @throws payment_unreadable, nothing_to_return, shipment_limit_reached
 */
export function reserveReturn (payment: Payment, { shipmentId, items }: Pick<ShippedItems, 'shipmentId' | 'items'>, now: Timestamp): Decision {
  checkUnderstood(payment)
  if (isReserved(payment, shipmentId)) return unchanged(payment)
  const left = returnableItems(payment)
  const isLeft = payment.items.length === 0 ? items.length === 0 && arrivedOf(payment).length > 0 && returnsOf(payment).length === 0 : isWithin(items, left)
  if (!isLeft) throw new DomainError('nothing_to_return', left.length === 0 ? 'nothing has arrived that is not on its way back' : `you can send back at most: ${quantitiesText(left)}`)
  return withReservation(payment, { shipmentId, items, direction: 'return' }, now)
}

/** @throws shipment_limit_reached for one shipment more than a payment takes */
function isReserved ({ shipments }: Payment, shipmentId: string): boolean {
  if (shipments.some((one) => one.shipmentId === shipmentId)) return true
  if (shipments.length >= SHIPMENTS_MAX) throw new DomainError('shipment_limit_reached', `a payment takes at most ${SHIPMENTS_MAX} shipments`)
  return false
}

/** Whether each item is wanted once, and no more of it than is left. */
function isWithin (items: Items, left: Items): boolean {
  return items.length > 0 && items.every(({ index, quantity }) => quantity > 0 && quantity <= (left.find((one) => one.index === index)?.quantity ?? 0)) && new Set(items.map(({ index }) => index)).size === items.length
}

export interface Reservation extends Pick<ShippedItems, 'shipmentId' | 'items'> {
  readonly direction: 'outbound' | 'return'
}

/** The reservation itself, as it was made once. */
export function withReservation (payment: Payment, { shipmentId, items, direction }: Reservation, now: Timestamp): Decision {
  return decided(payment, { ...payment, shipments: [...payment.shipments, { shipmentId, items, state: 'open', ...(direction === 'return' && { direction }) }] }, now, [])
}

function leftText ({ items }: Payment, left: Items): string {
  if (items.length === 0) return 'the payment has no items, and one shipment takes it as a whole'
  return left.length === 0 ? 'nothing is left to ship' : `you can ship at most: ${quantitiesText(left)}`
}

function quantitiesText (items: Items): string {
  return items.map(({ index, quantity }) => `${quantity} of item ${index}`).join(', ')
}

/** What has become of a shipment: `void` gives its items free. It raises no event: the shipment has one. */
export function withShipmentState (payment: Payment, shipmentId: string, state: ShippedItems['state'], now: Timestamp): Decision {
  const known = payment.shipments.find((one) => one.shipmentId === shipmentId)
  if (known === undefined || known.state === state) return unchanged(payment)
  return decided(payment, { ...payment, shipments: payment.shipments.map((one) => one === known ? { ...one, state } : one) }, now, [])
}
