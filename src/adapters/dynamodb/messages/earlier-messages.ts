import { messageKey, type Message } from '#domain/messages/message.js'
import type { Database } from '../engine/client.js'
import { absent, compare } from '../engine/expression.js'
import { partition, queryRows } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { EARLIER_MESSAGES } from '../schema/migrations.js'
import { Pending } from '../schema/pending.js'
import { messageOf } from './message-row.js'

/** Messages of the earlier application, which lack the attributes of our indexes until the back-fill has added them. */
export class EarlierMessages extends Pending {
  constructor (database: Database) {
    super(database, EARLIER_MESSAGES)
  }

  /** All of both directions of a conversation that come before the key, in any order: their index knows none. */
  async ofConversation (conversationId: string, before: string | null): Promise<Message[]> {
    const [one = '', other = ''] = conversationId.split('#')
    const found = await Promise.all([this.#sent(one, other), this.#sent(other, one)])
    return found.flat().filter((message) => before === null || messageKey(message) < before)
  }

  async #sent (senderId: string, receiverId: string): Promise<Message[]> {
    const rows = await queryRows(this.database, {
      partition: partition('messages', 'senderId-receiverId-index', senderId),
      within: compare('receiverId', '=', receiverId),
      filter: absent('sortKey'),
    })
    return readable(this.database, 'messages', rows, messageOf)
  }
}
