import { type Fields, isFields, textOf } from '#adapters/exchange/fields.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { parseMoney } from '#domain/money.js'

export { type Fields, parseFields, textOf } from '#adapters/exchange/fields.js'

/** The objects of a list; iyzico leaves an empty list out, or sends null. @throws NoAnswer for anything else */
export function listOf (fields: Fields, name: string): readonly Fields[] {
  const value = fields[name] ?? []
  if (Array.isArray(value) && value.every(isFields)) return value
  throw new NoAnswer(`iyzico answered ${name} that is not a list`)
}

/** An amount in the form that iyzico signs: 10.50 is 10.5, and 50.00 is 50. */
export function signedAmount (text: string): string {
  return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
}

/** The minor units of an amount of iyzico, which is in major units with up to eight decimals. @throws NoAnswer */
export function amountOf (fields: Fields, name: string, currency: string): number {
  try {
    return parseMoney(signedAmount(textOf(fields, name)), currency).amount
  } catch (cause) {
    throw new NoAnswer(`iyzico answered a ${name} that is not an amount of money`, cause)
  }
}
