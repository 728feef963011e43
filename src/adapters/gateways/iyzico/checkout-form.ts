import { parsePhoneNumberFromString } from 'libphonenumber-js'
import type { Buyer, ChargeRequest } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import { formatMoney } from '#domain/money.js'
import type { Address, Payment } from '#domain/payments/payment.js'
import { laterBy, MINUTE_MS } from '#domain/time.js'
import { basketItems } from './basket.js'
import type { PostBody } from './client.js'
import { PAGE_MINUTES } from './page-time.js'

/** The currencies of every merchant. iyzico opens its other currencies to merchants one by one. */
export const CURRENCIES = ['TRY', 'USD', 'EUR', 'GBP', 'CHF', 'NOK']

/** Counts of installments that a payer may choose from, as far as the bank of the card offers them. */
export const INSTALLMENT_COUNTS: readonly number[] = [1, 2, 3, 6, 9, 12]
/** Banks give installments in the currency of the country only. */
export const INSTALLMENT_CURRENCIES = ['TRY']

type KnownBuyer = Buyer & Required<Pick<Buyer, 'identityNumber'>>

/** @throws payment_method_invalid, unsupported_currency, not_offered, buyer_required */
export function checkRequest (request: ChargeRequest): void {
  if (request.token !== null) {
    throw new DomainError('payment_method_invalid', 'iyzico takes cards on its own page only: a payment there has no token')
  }
  if (!CURRENCIES.includes(request.payment.currency)) {
    throw new DomainError('unsupported_currency', `iyzico takes ${CURRENCIES.join(', ')}`)
  }
  checkEnd(request.payment)
  requireBuyer(request)
}

/** iyzico alone decides how long its page is open. An earlier end is kept by the service. */
function checkEnd ({ createdAt, expiresAt }: Payment): void {
  if (expiresAt !== null && expiresAt > laterBy(createdAt, PAGE_MINUTES * MINUTE_MS)) {
    throw new DomainError('not_offered', `iyzico closes its page after ${PAGE_MINUTES} minutes: the payment cannot be offered for longer`)
  }
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
    enabledInstallments: INSTALLMENT_COUNTS.filter((count) => count <= payment.installments),
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
  return { id, name, surname, email, identityNumber, registrationAddress: buyer.address, city, country, ip, zipCode, gsmNumber: gsmNumberOf(phone) }
}

/** E.164. A number without a country's code is one of Türkiye. */
function gsmNumberOf (phone: string | undefined): string | undefined {
  return phone === undefined ? undefined : parsePhoneNumberFromString(phone, 'TR')?.number ?? phone
}

function addressOf ({ name, surname, address, city, country, zipCode }: Buyer): Address {
  return { contactName: `${name} ${surname}`, address, city, country, ...(zipCode === undefined ? {} : { zipCode }) }
}

function addressBody ({ contactName, address, city, country, zipCode }: Address): object {
  return { contactName, address, city, country, zipCode }
}
