import type { Database } from '../engine/client.js'
import { readMigration } from './migrations.js'

/** For how long the back-fill is taken to be unfinished before the database is asked again. */
const RECHECK_MS = 60_000

/** Whether rows of the earlier application wait for the back-fill. */
export class Pending {
  protected readonly database: Database
  readonly #migration: string
  #pending: Promise<boolean> | null = null
  #recheckAt = 0

  constructor (database: Database, migration: string) {
    this.database = database
    this.#migration = migration
  }

  /** Whether there may be any. The database is asked now and then; once there are none, never again. */
  async arePending (): Promise<boolean> {
    const { now } = this.database
    if (this.#pending === null || now() >= this.#recheckAt) {
      this.#recheckAt = now() + RECHECK_MS
      this.#pending = this.#check()
    }
    return await this.#pending
  }

  async #check (): Promise<boolean> {
    try {
      const migration = await readMigration(this.database, this.#migration)
      if (migration?.['state'] !== 'done') return true
      this.#recheckAt = Infinity
      return false
    } catch (error) {
      this.#recheckAt = 0
      throw error
    }
  }
}
