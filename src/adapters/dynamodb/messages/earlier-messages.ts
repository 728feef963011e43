import { messageKey, type Message } from '#domain/messages/message.js'
import type { Database } from '../engine/database.js'
import { absent, allOf, compare, expression } from '../engine/expression.js'
import { messageOf } from './message-row.js'
import { readMigration } from '../schema/migrations.js'
import { queryRows } from '../engine/query.js'

/** How long it is believed that the back-fill has not ended yet. */
const RECHECK_MS = 60_000

/** Messages of the earlier application, which lack the attributes of our indexes until the back-fill has added them. */
export class EarlierMessages {
  readonly #database: Database
  #pending: Promise<boolean> | null = null
  #believedUntil = 0

  constructor (database: Database) {
    this.#database = database
  }

  /** Whether there may be any. Asked of the database now and then; once there are none, never again. */
  async arePending (): Promise<boolean> {
    const { now } = this.#database
    if (this.#pending === null || now() >= this.#believedUntil) {
      this.#believedUntil = now() + RECHECK_MS
      this.#pending = this.#check()
    }
    return await this.#pending
  }

  async #check (): Promise<boolean> {
    try {
      const migration = await readMigration(this.#database)
      if (migration?.['state'] !== 'done') return true
      this.#believedUntil = Infinity
      return false
    } catch (error) {
      this.#believedUntil = 0
      throw error
    }
  }

  /** All of both directions of a conversation that come before the key, newest first: their index knows no order. */
  async ofConversation (conversationId: string, before: string | null): Promise<Message[]> {
    const [one = '', other = ''] = conversationId.split('#')
    const found = await Promise.all([this.#sent(one, other), this.#sent(other, one)])
    return found.flat()
      .filter((message) => before === null || messageKey(message) < before)
      .sort(newestFirst)
  }

  async #sent (senderId: string, receiverId: string): Promise<Message[]> {
    const { documents, tableNames } = this.#database
    const rows = await queryRows(documents, {
      TableName: tableNames.messages,
      IndexName: 'senderId-receiverId-index',
      ...expression({
        key: allOf(compare('senderId', '=', senderId), compare('receiverId', '=', receiverId)),
        filter: absent('sortKey'),
      }),
    })
    return rows.map(messageOf)
  }
}

export function newestFirst (one: Message, other: Message): number {
  return messageKey(one) < messageKey(other) ? 1 : -1
}

/** Messages of several reads in one order, each once. */
export function merged (lists: ReadonlyArray<readonly Message[]>): Message[] {
  const byId = new Map(lists.flat().map((message) => [message.messageId, message]))
  return [...byId.values()].sort(newestFirst)
}
