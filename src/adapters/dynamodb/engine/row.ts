import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { JsonObject } from '#domain/json.js'

/** An item of DynamoDB as plain values. Readers check each attribute before the rest of the service sees it. */
export type Row = Readonly<Record<string, unknown>>

/** An item as failed conditions return it: lib-dynamodb leaves those in DynamoDB's own notation. */
export function rowOf (item: Record<string, AttributeValue>): Row {
  return unmarshall(item, { wrapNumbers: Number })
}

/**
 * A reader of rows, or of maps within rows, that keeps what it does not know: attributes of another version travel along in the
 * entity and are written back with it. So two versions can work on one table side by side, and neither loses what the other has stored.
 *
 * @param derived attributes that the writer makes anew from the entity, such as the keys of indexes
 * @param read answers an object that has all of its keys each time
 */
export function keeping<T extends object> (derived: readonly string[], read: (row: Row) => T): (row: Row) => T {
  let known: ReadonlySet<string> | undefined
  return (row) => {
    const entity = read(row)
    known ??= new Set([...Object.keys(entity), ...derived])
    let others: Record<string, unknown> | undefined
    // A loop and no filter: it runs for each row of a page, which mostly has nothing to keep.
    for (const attribute in row) {
      if (!known.has(attribute)) (others ??= {})[attribute] = row[attribute]
    }
    return others === undefined ? entity : { ...others, ...entity }
  }
}

export function text (row: Row, attribute: string): string {
  const value = row[attribute]
  return typeof value === 'string' ? value : notOurs(attribute)
}

export function textOrNull (row: Row, attribute: string): string | null {
  return row[attribute] == null ? null : text(row, attribute)
}

/** One of the words that this version knows, or another one of a later version, which is kept as it is. The domain decides nothing by it. */
export function word<T extends string> (row: Row, attribute: string): T {
  return text(row, attribute) as T
}

export function wordOrNull<T extends string> (row: Row, attribute: string): T | null {
  return textOrNull(row, attribute) as T | null
}

/** A list of such words. */
export function words<T extends string> (row: Row, attribute: string): readonly T[] {
  const list = row[attribute]
  return Array.isArray(list) && list.every((value) => typeof value === 'string') ? list as T[] : notOurs(attribute)
}

export function integer (row: Row, attribute: string): number {
  const value = wholeNumber(row, attribute)
  return Number.isSafeInteger(value) ? value : notOurs(attribute)
}

export function integerOrNull (row: Row, attribute: string): number | null {
  return row[attribute] == null ? null : integer(row, attribute)
}

/** A whole number of any size, which is not exact beyond 2^53 - 1. */
export function wholeNumber (row: Row, attribute: string): number {
  const value = row[attribute]
  return typeof value === 'number' && Number.isInteger(value) ? value : notOurs(attribute)
}

export function number (row: Row, attribute: string): number {
  const value = row[attribute]
  return typeof value === 'number' ? value : notOurs(attribute)
}

export function bytes (row: Row, attribute: string): Uint8Array {
  const value = row[attribute]
  return value instanceof Uint8Array ? value : notOurs(attribute)
}

export function flag (row: Row, attribute: string): boolean {
  const value = row[attribute]
  return typeof value === 'boolean' ? value : notOurs(attribute)
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

/** A row that holds what no version of the service writes. */
export class UnreadableRow extends Error {}

/** Names the attribute and not its value, which may be a secret. @throws UnreadableRow */
export function notOurs (attribute: string): never {
  throw new UnreadableRow(`a row that is not ours: ${attribute}`)
}

/** A moment as DynamoDB wants it for the expiry of a row: seconds since 1970. */
export function secondsOf (moment: string): number {
  return Math.ceil(Date.parse(moment) / 1000)
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
