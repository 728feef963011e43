import { messageKey, type Message } from '#domain/messages/message.js'
import type { Database } from '../engine/client.js'
import { absent, compare } from '../engine/expression.js'
import { partition, queryRows } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { readMigration } from '../schema/migrations.js'
import { messageOf } from './message-row.js'

/** For how long the back-fill is taken to be unfinished before the database is asked again. */
const RECHECK_MS = 60_000

/** Messages of the earlier application, which lack the attributes of our indexes until the back-fill has added them. */
export class EarlierMessages {
  readonly #database: Database
  #pending: Promise<boolean> | null = null
  #recheckAt = 0

  constructor (database: Database) {
    this.#database = database
  }

  /** Whether there may be any. The database is asked now and then; once there are none, never again. */
  async arePending (): Promise<boolean> {
    const { now } = this.#database
    if (this.#pending === null || now() >= this.#recheckAt) {
      this.#recheckAt = now() + RECHECK_MS
      this.#pending = this.#check()
    }
    return await this.#pending
  }

  async #check (): Promise<boolean> {
    try {
      const migration = await readMigration(this.#database)
      if (migration?.['state'] !== 'done') return true
      this.#recheckAt = Infinity
      return false
    } catch (error) {
      this.#recheckAt = 0
      throw error
    }
  }

  /** All of both directions of a conversation that come before the key, in any order: their index knows none. */
  async ofConversation (conversationId: string, before: string | null): Promise<Message[]> {
    const [one = '', other = ''] = conversationId.split('#')
    const found = await Promise.all([this.#sent(one, other), this.#sent(other, one)])
    return found.flat().filter((message) => before === null || messageKey(message) < before)
  }

  async #sent (senderId: string, receiverId: string): Promise<Message[]> {
    const rows = await queryRows(this.#database, {
      partition: partition('messages', 'senderId-receiverId-index', senderId),
      within: compare('receiverId', '=', receiverId),
      filter: absent('sortKey'),
    })
    return readable(this.#database, 'messages', rows, messageOf)
  }
}
