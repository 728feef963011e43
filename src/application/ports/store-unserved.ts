import { DomainError } from '#domain/errors.js'

/** The store refuses this call until an operator mends something: a permission, a key, an index. It may serve other calls. */
export class StoreUnserved extends DomainError {
  constructor (cause: unknown, retryAfterS: number) {
    super('store_unavailable', 'the store refuses this until its operator mends something', { retryAfterS, cause })
  }
}
