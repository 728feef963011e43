import { DomainError } from './errors.js'

/** Digits after the decimal point, for the ISO 4217 currencies that do not have two. */
const EXPONENTS: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
  UYW: 4,
}

/** The currencies that people pay in: ISO 4217 list one, without metals, funds, units of account and testing codes. */
const CURRENCIES: ReadonlySet<string> = new Set((
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK ' +
  'DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF ' +
  'KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK ' +
  'PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX ' +
  'USD UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG'
).split(' '))

/** The largest accepted amount, in minor units. Every provider can process it, and sums of it stay exact integers. */
export const AMOUNT_MAX = 99_999_999_999

/** An amount in minor units (kuruş, cents, fils) and its ISO 4217 code. */
export interface Money {
  readonly amount: number
  readonly currency: string
}

/** Whether people pay in the currency of this code. */
export function isCurrency (code: string): boolean {
  return CURRENCIES.has(code)
}

/** Digits after the decimal point of a currency. @throws unsupported_currency */
export function exponentOf (currency: string): number {
  if (!isCurrency(currency)) throw new DomainError('unsupported_currency', 'currency is an ISO 4217 code that is in use, such as TRY')
  return EXPONENTS[currency] ?? 2
}

/** @throws invalid_amount unless a whole number of minor units from 1 to `AMOUNT_MAX`; unsupported_currency */
export function money (amount: number, currency: string): Money {
  exponentOf(currency)
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > AMOUNT_MAX) {
    throw new DomainError('invalid_amount', `amount is a whole number of minor units from 1 to ${AMOUNT_MAX}`)
  }
  return { amount, currency }
}

/** Reads an amount in major units, such as "10.50" TRY, without a float. "10.505" TRY is an error, "10.500" KWD is not. */
export function parseMoney (text: string, currency: string): Money {
  const exponent = exponentOf(currency)
  const parts = /^(\d{1,15})(?:\.(\d{1,4}))?$/.exec(text)
  const fraction = parts?.[2] ?? ''
  if (parts === null || fraction.length > exponent) {
    throw new DomainError('invalid_amount', `an amount in ${currency} has at most ${exponent} decimals`)
  }
  return money(Number(`${parts[1]}${fraction.padEnd(exponent, '0')}`), currency)
}

/** The amount in major units, such as "10.50", as providers and people read it. */
export function formatMoney ({ amount, currency }: Money): string {
  const exponent = exponentOf(currency)
  if (exponent === 0) return String(amount)
  const digits = String(amount).padStart(exponent + 1, '0')
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}
