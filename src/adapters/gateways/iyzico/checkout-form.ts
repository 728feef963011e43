import type { Buyer, ChargeRequest } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import { formatMoney } from '#domain/money.js'
import type { Address, Payment } from '#domain/payments/payment.js'
import type { PostBody } from './client.js'

/** The currencies of every merchant. iyzico opens its other currencies to merchants one by one. */
export const CURRENCIES = ['TRY', 'USD', 'EUR', 'GBP', 'CHF', 'NOK']

/** iyzico requires a category on each line and shows it to the merchant only. */
const CATEGORY = 'Live commerce'

type KnownBuyer = Buyer & Required<Pick<Buyer, 'identityNumber'>>

/** @throws payment_method_invalid, unsupported_currency, buyer_required */
export function checkRequest (request: ChargeRequest): void {
  if (request.token !== null) {
    throw new DomainError('payment_method_invalid', 'iyzico takes cards on its own page only: a payment there has no token')
  }
  if (!CURRENCIES.includes(request.payment.currency)) {
    throw new DomainError('unsupported_currency', `iyzico takes ${CURRENCIES.join(', ')}`)
  }
  requireBuyer(request)
}

/** The request that opens the page on which the payer pays. @throws buyer_required */
export function formRequest (request: ChargeRequest): PostBody {
  const { payment, ip, callbackUrl } = request
  const buyer = requireBuyer(request)
  const billingAddress = addressBody(request.billingAddress ?? addressOf(buyer))
  const { shippingAddress } = payment
  return {
    locale: 'tr',
    conversationId: payment.paymentId,
    price: formatMoney(payment),
    paidPrice: formatMoney(payment),
    currency: payment.currency,
    basketId: payment.orderId,
    paymentGroup: 'PRODUCT',
    callbackUrl,
    // One sum: with installments the payer would be charged more than the amount of the payment.
    enabledInstallments: [1],
    buyer: buyerBody(buyer, payment.userId, ip),
    billingAddress,
    ...(shippingAddress === null ? {} : { shippingAddress: addressBody(shippingAddress) }),
    basketItems: basketItems(payment),
  }
}

function requireBuyer ({ buyer }: ChargeRequest): KnownBuyer {
  if (buyer === null) throw new DomainError('buyer_required', 'iyzico needs to know the buyer: buyer, with identityNumber, is missing')
  const { identityNumber } = buyer
  if (identityNumber === undefined) throw new DomainError('buyer_required', 'iyzico needs to know the buyer: buyer.identityNumber is missing')
  return { ...buyer, identityNumber }
}

function buyerBody (buyer: KnownBuyer, id: string, ip: string): object {
  const { name, surname, email, identityNumber, city, country, zipCode, phone } = buyer
  return { id, name, surname, email, identityNumber, registrationAddress: buyer.address, city, country, ip, zipCode, gsmNumber: phone }
}

function addressOf ({ name, surname, address, city, country, zipCode }: Buyer): Address {
  return { contactName: `${name} ${surname}`, address, city, country, ...(zipCode === undefined ? {} : { zipCode }) }
}

function addressBody ({ contactName, address, city, country, zipCode }: Address): object {
  return { contactName, address, city, country, zipCode }
}

/** The lines of the basket. Their prices add up to the amount exactly; iyzico refuses any other basket. */
function basketItems (payment: Payment): object[] {
  const { orderId, amount, currency, items, shippingAddress } = payment
  // iyzico requires a shipping address for physical items.
  const line = { category1: CATEGORY, itemType: shippingAddress === null ? 'VIRTUAL' : 'PHYSICAL' }
  if (items.length === 0) return [{ ...line, id: orderId, name: `Order ${orderId}`, price: formatMoney({ amount, currency }) }]
  return items.map(({ name, quantity, unitAmount }, index) => ({
    ...line,
    id: String(index + 1),
    name: quantity === 1 ? name : `${quantity} × ${name}`,
    price: formatMoney({ amount: quantity * unitAmount, currency }),
  }))
}
