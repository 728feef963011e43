import { NoAnswer } from './http.js'

/** An object of a provider's JSON. Its numbers are texts, digit by digit as received. */
export type Fields = Readonly<Record<string, unknown>>

/** @throws SyntaxError, TypeError unless it is UTF-8 and a JSON object */
export function parseFields (body: Uint8Array): Fields {
  const value = parseExact(body)
  if (!isFields(value)) throw new TypeError('the JSON is no object')
  return value
}

/** The JSON of an answer. @param company that the error names @throws NoAnswer unless it is UTF-8 and JSON */
export function parseAnswer (body: Uint8Array, company: string): unknown {
  try {
    return parseExact(body)
  } catch {
    // The cause is left out: it quotes the answer, which may hold names and addresses.
    throw new NoAnswer(`${company} answered something that is not JSON`)
  }
}

function parseExact (body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), exact as (name: string, value: unknown) => unknown)
}

/** Keeps the digits of a number: as a double it could become another amount, or the id of another payment. */
function exact (_name: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' ? source : value
}

export function isFields (value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text or a number; empty where it is missing. */
export function textOf (fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}

/** As `textOf`, with null for an empty one. */
export function textOrNull (fields: Fields, name: string): string | null {
  const text = textOf(fields, name)
  return text === '' ? null : text
}

/** An object inside of another; an empty one where it is missing. */
export function fieldsOf (fields: Fields, name: string): Fields {
  const value = fields[name]
  return isFields(value) ? value : {}
}

/** The objects of a list; none where it is missing. */
export function objectsOf (fields: Fields, name: string): readonly Fields[] {
  const value = fields[name]
  return Array.isArray(value) ? value.filter(isFields) : []
}
