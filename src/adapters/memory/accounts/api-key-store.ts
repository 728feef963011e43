import type { ApiKey } from '#domain/accounts/api-key.js'
import type { Timestamp } from '#domain/time.js'
import type { ApiKeyStore } from '#application/ports/account-stores.js'
import { isolated } from '../engine/table.js'

/** Each method is one synchronous step. */
export class MemoryApiKeyStore implements ApiKeyStore {
  readonly #keys = new Map<string, ApiKey>()

  async insert (key: ApiKey): Promise<void> {
    if (!this.#keys.has(key.keyId)) this.#keys.set(key.keyId, isolated(key))
  }

  async list (): Promise<readonly ApiKey[]> {
    return [...this.#keys.values()].toSorted((one, other) => one.keyId < other.keyId ? 1 : -1)
  }

  async noteUse (keyId: string, hour: Timestamp): Promise<void> {
    const key = this.#keys.get(keyId)
    if (key !== undefined && (key.lastUsedAt === null || key.lastUsedAt < hour)) this.#keys.set(keyId, isolated({ ...key, lastUsedAt: hour }))
  }

  async remove (keyId: string): Promise<boolean> {
    return this.#keys.delete(keyId)
  }
}
