import { DomainError } from './errors.js'
import { depthOf, jsonBytes, type JsonObject } from './json.js'

export const METADATA_MAX_BYTES = 8 * 1024
export const METADATA_MAX_DEPTH = 5

/** Metadata belongs to the caller; the service only bounds it, because it is stored and sent back with every read. */
export function checkMetadata (metadata: JsonObject): void {
  if (depthOf(metadata, METADATA_MAX_DEPTH) > METADATA_MAX_DEPTH) {
    throw new DomainError('metadata_too_large', `metadata may nest at most ${METADATA_MAX_DEPTH} levels`)
  }
  if (jsonBytes(metadata) > METADATA_MAX_BYTES) {
    throw new DomainError('metadata_too_large', `metadata may take at most ${METADATA_MAX_BYTES} bytes of JSON`)
  }
}
