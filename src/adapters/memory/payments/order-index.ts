import { createdKey } from '#domain/time.js'
import { mergedPage, type CandidateQuery, type OrderIndex } from '#application/ports/read-models.js'
import type { Page } from '#application/ports/page.js'
import type { TermWrite } from '#application/ports/outbox-store.js'
import { TermIndex } from '../engine/indexes.js'
import { getOrInsert } from '../engine/table.js'

export class MemoryOrderIndex implements OrderIndex {
  readonly #ofUsers = new Map<string, TermIndex>()
  readonly #ofAll = new TermIndex()
  #lastKey = ''

  /** For the projections: writes a term. */
  add ({ term, paymentId, userId, createdAt }: TermWrite): void {
    const key = this.#sharedKey(createdKey(createdAt, paymentId))
    getOrInsert(this.#ofUsers, userId, () => new TermIndex()).add(term, key)
    this.#ofAll.add(term, key)
  }

  /** The terms of an order arrive one after another: one key for all of them takes less memory than one for each. */
  #sharedKey (key: string): string {
    if (key !== this.#lastKey) this.#lastKey = key
    return this.#lastKey
  }

  async forget (terms: readonly TermWrite[]): Promise<void> {
    for (const { term, paymentId, userId, createdAt } of terms) {
      const key = createdKey(createdAt, paymentId)
      this.#ofUsers.get(userId)?.remove(term, key)
      this.#ofAll.remove(term, key)
    }
  }

  async candidates ({ terms, userId, range: { low, high }, limit }: CandidateQuery): Promise<Page<string>> {
    const index = userId === null ? this.#ofAll : this.#ofUsers.get(userId)
    return mergedPage(terms.map((term) => index?.newest(term, low, high, limit + 1) ?? []), limit)
  }
}
