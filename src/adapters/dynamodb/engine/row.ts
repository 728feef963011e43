import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { JsonObject } from '#domain/json.js'

/** An item as DynamoDB gave it: to be checked before it is believed. */
export type Row = Readonly<Record<string, unknown>>

export function text (row: Row, attribute: string): string {
  const value = row[attribute]
  return typeof value === 'string' ? value : notOurs(attribute)
}

export function textOrNull (row: Row, attribute: string): string | null {
  return row[attribute] == null ? null : text(row, attribute)
}

export function integer (row: Row, attribute: string): number {
  const value = wholeNumber(row, attribute)
  return Number.isSafeInteger(value) ? value : notOurs(attribute)
}

/** However large, and then not exact any more. */
export function wholeNumber (row: Row, attribute: string): number {
  const value = row[attribute]
  return typeof value === 'number' && Number.isInteger(value) ? value : notOurs(attribute)
}

export function integerOrNull (row: Row, attribute: string): number | null {
  return row[attribute] == null ? null : integer(row, attribute)
}

export function flag (row: Row, attribute: string): boolean {
  const value = row[attribute]
  return typeof value === 'boolean' ? value : notOurs(attribute)
}

export function oneOf<T extends string> (row: Row, attribute: string, values: readonly T[]): T {
  return values.find((value) => value === row[attribute]) ?? notOurs(attribute)
}

/** A moment as DynamoDB wants it to delete a row by. */
export function secondsOf (moment: string): number {
  return Math.ceil(Date.parse(moment) / 1000)
}

/** A list of such texts. */
export function listOf<T extends string> (row: Row, attribute: string, values: readonly T[]): readonly T[] {
  const list = row[attribute]
  return Array.isArray(list) ? list.map((value: unknown) => oneOf({ [attribute]: value }, attribute, values)) : notOurs(attribute)
}

/** A map within the row. */
export function map (row: Row, attribute: string): Row {
  const value = row[attribute]
  return isMap(value) ? value : notOurs(attribute)
}

export function mapOrNull (row: Row, attribute: string): Row | null {
  return row[attribute] == null ? null : map(row, attribute)
}

/** A list of maps within the row. */
export function maps (row: Row, attribute: string): readonly Row[] {
  const value = row[attribute]
  return Array.isArray(value) && value.every(isMap) ? value : notOurs(attribute)
}

function isMap (value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Names the attribute and not its value, which may be anybody's secret. */
function notOurs (attribute: string): never {
  throw new Error(`a row that is not ours: ${attribute}`)
}

/**
 * Metadata as DynamoDB can hold it: a map, so that the earlier application reads it too, or its JSON text where it has
 * numbers beyond DynamoDB's range, empty names, or halves of characters.
 */
export function storedMetadata (metadata: JsonObject): JsonObject | string {
  return isStorable(metadata) ? metadata : JSON.stringify(metadata)
}

export function metadataOf (row: Row): JsonObject {
  const { metadata } = row
  const value: unknown = typeof metadata === 'string' ? JSON.parse(metadata) : metadata
  return map({ metadata: value }, 'metadata') as JsonObject
}

const NUMBER_MAX = 9e125
const NUMBER_MIN = 1e-130

function isStorable (value: unknown): boolean {
  if (typeof value === 'number') return value === 0 || (Math.abs(value) <= NUMBER_MAX && Math.abs(value) >= NUMBER_MIN)
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, inner]) => name !== '' && name.isWellFormed() && isStorable(inner))
}

/** An item as failed conditions return it, which lib-dynamodb leaves in DynamoDB's own notation. */
export function rowOf (item: Record<string, AttributeValue>): Row {
  return Object.fromEntries(Object.entries(item).map(([attribute, value]) => [attribute, nativeOf(value)]))
}

function nativeOf ({ S, N, BOOL, L, M }: AttributeValue): unknown {
  if (M !== undefined) return rowOf(M)
  if (L !== undefined) return L.map(nativeOf)
  if (N !== undefined) return Number(N)
  return S ?? BOOL ?? null
}
