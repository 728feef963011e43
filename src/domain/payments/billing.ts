import type { Timestamp } from '../time.js'
import { decided, unchanged, type Decision } from './decision.js'
import { isTaken, type DeliveryAddress, type Payment } from './payment.js'

/** What an invoice needs of a payer whose account is deleted, apart from their payment and only as long as the law asks for it. */
export interface BillingRecord extends Pick<Payment, 'paymentId' | 'buyerEmail' | 'shippingAddress'> {
  /** The record is gone from then on. */
  readonly keptUntil: Timestamp
}

/** The record of a payment; null where it took no money, where it names no person, or where the years are over. They are counted from the end of the year of the payment. */
export function billingOf (payment: Payment, years: number, now: Timestamp): BillingRecord | null {
  const { paymentId, buyerEmail: given, payerEmail, shippingAddress, createdAt } = payment
  const buyerEmail = given ?? payerEmail
  const keptUntil = new Date(Date.UTC(new Date(createdAt).getUTCFullYear() + years + 1, 0)).toISOString()
  if (!isTaken(payment) || years === 0 || keptUntil <= now || (buyerEmail === null && shippingAddress === null)) return null
  return { paymentId, buyerEmail, shippingAddress: shippingAddress === null ? null : onInvoices(shippingAddress), keptUntil }
}

/** No invoice needs a phone number. */
function onInvoices ({ phone, ...address }: DeliveryAddress): DeliveryAddress {
  return address
}

/** The payment without what names its payer. It raises no event: nothing has happened to the money. */
export function withoutPayer (payment: Payment, now: Timestamp): Decision {
  if (payment.buyerEmail === null && payment.payerEmail === null && payment.shippingAddress === null) return unchanged(payment)
  return decided(payment, { ...payment, buyerEmail: null, payerEmail: null, shippingAddress: null }, now, [])
}
