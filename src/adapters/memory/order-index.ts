import { createdKey } from '../../domain/time.js'
import { mergedPage, type CandidateQuery, type OrderIndex } from '../../application/ports/order-index.js'
import type { Page } from '../../application/ports/page.js'
import type { TermWrite } from '../../application/ports/projection.js'
import { OrderedIndex } from './ordered-index.js'

export class MemoryOrderIndex implements OrderIndex {
  // A key says which order it stands for.
  readonly #ofUsers = new OrderedIndex<undefined>()
  readonly #ofAll = new OrderedIndex<undefined>()
  #lastKey = ''

  /** For the projections: puts down a term. */
  add ({ term, paymentId, userId, createdAt }: TermWrite): void {
    const key = this.#sharedKey(createdKey(createdAt, paymentId))
    this.#ofUsers.add(userTerm(userId, term), key, undefined)
    this.#ofAll.add(term, key, undefined)
  }

  /** The terms of an order come in a row: one key for all of them takes less memory than one for each. */
  #sharedKey (key: string): string {
    if (key !== this.#lastKey) this.#lastKey = key
    return this.#lastKey
  }

  async candidates ({ terms, userId, range: { low, high }, limit }: CandidateQuery): Promise<Page<string>> {
    const lists = terms.map((term) => {
      const descending = userId === null ? this.#ofAll.descending(term, high) : this.#ofUsers.descending(userTerm(userId, term), high)
      return newest(descending, low, limit + 1)
    })
    return mergedPage(lists, limit)
  }
}

/** No id of a user has the sign that joins them. */
function userTerm (userId: string, term: string): string {
  return `${userId}#${term}`
}

function newest (descending: Iterable<readonly [key: string, value: undefined]>, low: string | null, count: number): string[] {
  const keys: string[] = []
  for (const [key] of descending) {
    if (keys.length === count || (low !== null && key < low)) break
    keys.push(key)
  }
  return keys
}
