import { NoAnswer } from '#adapters/exchange/http.js'
import { parseMoney } from '#domain/money.js'

/** An object of iyzico's JSON. Its numbers are texts, digit by digit as received. */
export type Fields = Readonly<Record<string, unknown>>

/** @throws SyntaxError, TypeError unless it is UTF-8 and a JSON object */
export function parseFields (body: Uint8Array): Fields {
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), exact as (name: string, value: unknown) => unknown)
  if (!isFields(value)) throw new TypeError('the JSON is no object')
  return value
}

/** Keeps the digits of a number: as a double it could become another amount, or the id of another payment. */
function exact (_name: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' ? source : value
}

function isFields (value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text or a number; empty where it is missing, which is how iyzico signs it. */
export function textOf (fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}

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
