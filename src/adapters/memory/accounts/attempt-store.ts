import type { Attempts } from '#domain/accounts/attempt.js'
import { dropLeast } from '#domain/drop-least.js'
import type { AttemptChange, AttemptStore } from '#application/ports/account-stores.js'
import { isolated } from '../engine/table.js'

/** Far more keys than clients can try in an hour. Beyond it the store forgets what would expire first, which is not a known address. */
const KEYS_MAX = 100_000

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryAttemptStore implements AttemptStore {
  readonly #keysMax: number
  readonly #attempts = new Map<string, Attempts>()

  constructor (keysMax = KEYS_MAX) {
    this.#keysMax = keysMax
  }

  async find (key: string): Promise<Attempts | null> {
    return this.#attempts.get(key) ?? null
  }

  async update (key: string, change: AttemptChange): Promise<void> {
    const after = change(this.#attempts.get(key) ?? null)
    if (after === null) {
      this.#attempts.delete(key)
      return
    }
    if (this.#attempts.size >= this.#keysMax && !this.#attempts.has(key)) dropLeast(this.#attempts, ({ expiresAt }) => Date.parse(expiresAt))
    this.#attempts.set(key, isolated(after))
  }
}
