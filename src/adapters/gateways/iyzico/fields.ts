import { NoAnswer } from '#adapters/exchange/no-answer.js'

/** An object of iyzico's JSON. Its numbers are texts, digit by digit as they came. */
export type Fields = Readonly<Record<string, unknown>>

/** @throws SyntaxError, TypeError unless it is UTF-8 and a JSON object */
export function parseFields (body: Uint8Array): Fields {
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), exact as (name: string, value: unknown) => unknown)
  if (!isFields(value)) throw new TypeError('the JSON is no object')
  return value
}

/** Keeps a number as it is written: as a double it could be another amount, or the id of another payment. */
function exact (_name: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' ? source : value
}

function isFields (value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text or a number; empty where there is none, as iyzico signs it. */
export function textOf (fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}

/** The objects of a list; iyzico leaves an empty list out, or sends null. @throws NoAnswer for anything else */
export function listOf (fields: Fields, name: string): readonly Fields[] {
  const value = fields[name] ?? []
  if (Array.isArray(value) && value.every(isFields)) return value
  throw new NoAnswer(`iyzico answered ${name} that are no list`)
}
