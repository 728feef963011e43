import type { Attempts } from '#domain/accounts/attempt.js'
import type { AttemptChange, AttemptStore } from '#application/ports/account-stores.js'
import { Table } from '../engine/table.js'

/** Far more keys than clients can try in an hour. Beyond it the store forgets all attempts instead of filling the memory. */
const KEYS_MAX = 100_000

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryAttemptStore implements AttemptStore {
  readonly #keysMax: number
  #attempts = new Table<Attempts>()

  constructor (keysMax = KEYS_MAX) {
    this.#keysMax = keysMax
  }

  async find (key: string): Promise<Attempts | null> {
    return this.#attempts.get(key) ?? null
  }

  async update (key: string, change: AttemptChange): Promise<void> {
    const after = change(this.#attempts.get(key) ?? null)
    if (after === null) return this.#attempts.delete(key)
    if (this.#attempts.size >= this.#keysMax) this.#attempts = new Table()
    this.#attempts.put(key, after)
  }
}
