import type { Erasure } from '#domain/accounts/erasure.js'
import type { Timestamp } from '#domain/time.js'
import type { ErasureStore } from '#application/ports/account-stores.js'
import type { Insertion } from '#application/ports/insertion.js'
import { isolated } from '../engine/table.js'

/** Each method is one synchronous step. */
export class MemoryErasureStore implements ErasureStore {
  readonly #erasures = new Map<string, Erasure>()

  async insert (erasure: Erasure): Promise<Insertion<Erasure>> {
    const taken = this.#erasures.get(erasure.userId)
    if (taken !== undefined) return { inserted: false, stored: taken }
    return { inserted: true, stored: this.#put(erasure) }
  }

  async due (now: Timestamp, limit: number): Promise<readonly Erasure[]> {
    return [...this.#erasures.values()].filter(({ dueAt }) => dueAt <= now).slice(0, limit)
  }

  async replace (next: Erasure): Promise<boolean> {
    if (this.#erasures.get(next.userId)?.version !== next.version - 1) return false
    this.#put(next)
    return true
  }

  async remove ({ userId, version }: Erasure): Promise<void> {
    if (this.#erasures.get(userId)?.version === version) this.#erasures.delete(userId)
  }

  #put (erasure: Erasure): Erasure {
    const stored = isolated(erasure)
    this.#erasures.set(erasure.userId, stored)
    return stored
  }
}
