import type { AttentionKind, AttentionPlace } from '#domain/payments/attention.js'
import type { AttentionQuery, AttentionStore } from '#application/ports/attention-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { RowIndex } from '../engine/indexes.js'
import { Table } from '../engine/table.js'

export class MemoryAttentionStore implements AttentionStore {
  readonly #places = new Table<AttentionPlace>()
  readonly #ofKind = new RowIndex<AttentionPlace>()
  readonly #ofState = new RowIndex<AttentionPlace>()

  /** For the outbox: writes a place over the one before. */
  put (place: AttentionPlace): void {
    const { kind, key, state } = place
    const id = `${kind} ${key}`
    const before = this.#places.get(id)
    if (before !== undefined) this.#ofState.remove(stateOf(kind, before.state), key)
    const row = this.#places.put(id, place)
    this.#ofKind.add(kind, key, row)
    this.#ofState.add(stateOf(kind, state), key, row)
  }

  async list ({ kind, state }: AttentionQuery, page: PageRequest): Promise<Page<AttentionPlace>> {
    return state === null ? this.#ofKind.page(kind, page) : this.#ofState.page(stateOf(kind, state), page)
  }

  async count (kind: AttentionKind, state: string, max: number): Promise<number> {
    return this.#ofState.count(stateOf(kind, state), max)
  }
}

function stateOf (kind: AttentionKind, state: string): string {
  return `${kind} ${state}`
}
