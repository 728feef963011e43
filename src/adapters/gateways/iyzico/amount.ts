import { parseMoney } from '#domain/money.js'
import { textOf, type Fields } from './fields.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'

/** An amount as iyzico signs it: 10.50 is 10.5, and 50.00 is 50. */
export function signedAmount (text: string): string {
  return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
}

/** Minor units of an amount that iyzico writes in major ones, with up to eight decimals. @throws NoAnswer */
export function amountOf (fields: Fields, name: string, currency: string): number {
  try {
    return parseMoney(signedAmount(textOf(fields, name)), currency).amount
  } catch (cause) {
    throw new NoAnswer(`iyzico answered a ${name} that is no amount of money`, cause)
  }
}
