import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { visiblePayment } from '../payments/read-payments.js'

/** The shipment, if the caller is its buyer, its seller or an administrator. @throws not_found */
export function visibleShipment (shipment: Shipment | null, { userId, admin }: Caller): Shipment {
  if (shipment !== null && (admin || (userId !== null && (shipment.buyerId === userId || shipment.sellerId === userId)))) return shipment
  throw new DomainError('not_found', 'there is no such shipment')
}

/** The shipment, if the caller is its seller or an administrator. @throws not_found, forbidden */
export function ownShipment (shipment: Shipment | null, caller: Caller): Shipment {
  const visible = visibleShipment(shipment, caller)
  checkShips(visible, caller)
  return visible
}

/** The shipment, if the caller may have its label: its seller, an administrator, and the buyer who sends it back. @throws not_found, forbidden */
export function labelShipment (shipment: Shipment | null, caller: Caller): Shipment {
  const visible = visibleShipment(shipment, caller)
  if (visible.direction === 'outbound') checkShips(visible, caller)
  return visible
}

/** The payment, if the caller is its seller or an administrator. @throws not_found, forbidden */
export function shippablePayment (payment: Payment | null, caller: Caller): Payment {
  const visible = visiblePayment(payment, caller)
  checkShips(visible, caller)
  return visible
}

function checkShips ({ sellerId }: Pick<Shipment, 'sellerId'>, { userId, admin }: Caller): void {
  if (!admin && sellerId !== userId) throw new DomainError('forbidden', 'the seller ships an order, or an administrator')
}
