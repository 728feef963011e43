import { DomainError } from '#domain/errors.js'
import { exponentOf } from '#domain/money.js'
import { NoAnswer } from '#adapters/exchange/http.js'

/** The currencies of ours in which Stripe accepts payments. */
export const CURRENCIES: readonly string[] = (
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB ' +
  'EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA ' +
  'MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS ' +
  'SRD SZL THB TJS TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW'
).split(' ')

/**
 * Decimals of Stripe's amounts where they are not two. ISK and UGX have none in ISO 4217 and two at Stripe, which must be 00. MGA
 * has two in ISO 4217 and none at Stripe. HUF and TWD must be whole in payouts only.
 */
const EXPONENTS: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, JPY: 0, KMF: 0, KRW: 0, MGA: 0, PYG: 0, RWF: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, JOD: 3, KWD: 3, OMR: 3, TND: 3,
}

/** Our minor units in one of Stripe's: 100 for MGA, a hundredth for ISK and UGX. */
function unitOf (currency: string): number {
  return 10 ** (exponentOf(currency) - (EXPONENTS[currency] ?? 2))
}

/**
 * Converts our minor units into Stripe's.
 * @throws unsupported_currency; invalid_amount where Stripe cannot express the amount
 */
export function toStripeAmount (amount: number, currency: string): number {
  if (!CURRENCIES.includes(currency)) throw new DomainError('unsupported_currency', `Stripe takes no payments in ${currency}`)
  const step = EXPONENTS[currency] === 3 ? 10 : Math.max(1, unitOf(currency))
  if (amount % step !== 0) throw new DomainError('invalid_amount', `Stripe takes amounts in ${currency} in steps of ${step} minor units`)
  return Math.round(amount / unitOf(currency))
}

/** Converts an amount of Stripe into our minor units, and its lower-case currency into upper case. @throws NoAnswer */
export function fromStripe (amount: unknown, currency: unknown): { readonly amount: number, readonly currency: string } {
  const code = String(currency).toUpperCase()
  const ours = CURRENCIES.includes(code) ? Math.round(Number(amount) * unitOf(code) * 100) / 100 : NaN
  if (!Number.isSafeInteger(amount) || !Number.isSafeInteger(ours)) throw new NoAnswer('Stripe answered an amount that cannot be converted')
  return { amount: ours, currency: code }
}
