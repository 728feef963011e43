import { DomainError } from './errors.js'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = Readonly<Record<string, Json>>

/** Levels of nesting: a scalar has 0, `{}` has 1, `{"a": []}` has 2. Counting stops just past `limit`. */
export function depthOf (value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (limit <= 0) return 1
  let deepest = 0
  for (const child of Object.values(value)) deepest = Math.max(deepest, depthOf(child, limit - 1))
  return deepest + 1
}

/** Bytes of the value as UTF-8 JSON. */
export function jsonBytes (value: Json): number {
  return new TextEncoder().encode(JSON.stringify(value)).length
}

export const METADATA_MAX_BYTES = 8 * 1024
export const METADATA_MAX_DEPTH = 5

/**
 * Metadata belongs to the client. The service only bounds it, because it stores and returns it with every read.
 *
 * @throws metadata_too_large
 */
export function checkMetadata (metadata: JsonObject): void {
  if (depthOf(metadata, METADATA_MAX_DEPTH) > METADATA_MAX_DEPTH) {
    throw new DomainError('metadata_too_large', `metadata has at most ${METADATA_MAX_DEPTH} levels of nesting`)
  }
  if (jsonBytes(metadata) > METADATA_MAX_BYTES) {
    throw new DomainError('metadata_too_large', `metadata has at most ${METADATA_MAX_BYTES} bytes as JSON`)
  }
}
