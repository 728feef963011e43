import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { lastMessageOf } from '../../domain/conversation.js'
import { DomainError } from '../../domain/errors.js'
import { messageSent } from '../../domain/message-event.js'
import { messageKey, placedAfter, type Message } from '../../domain/message.js'
import type { Insertion } from '../../application/ports/insertion.js'
import type { MessageStore } from '../../application/ports/message-store.js'
import type { Page, PageRequest } from '../../application/ports/page.js'
import { Turns } from '../../application/turns.js'
import { deadline, type Database } from './database.js'
import { merged, type EarlierMessages } from './earlier-messages.js'
import { busy } from './errors.js'
import { absent, allOf, anyOf, compare, expression, type Changes, type Condition } from './expression.js'
import { messageOf, messageRow } from './message-row.js'
import { messagesOfUser } from './messages-of-user.js'
import { outboxItems } from './outbox-store.js'
import { pageOf, queryRows } from './query.js'
import { textOrNull, type Row } from './row.js'
import { transact, type TransactionItem } from './transact.js'

/** How long a message tries to get to the end of a conversation in which many write at once. */
const PLACING_DEADLINE_MS = 3000

export class DynamoMessageStore implements MessageStore {
  readonly #database: Database
  readonly #earlier: EarlierMessages
  readonly #turns = new Turns()

  constructor (database: Database, earlier: EarlierMessages) {
    this.#database = database
    this.#earlier = earlier
  }

  async insert (draft: Message): Promise<Insertion<Message>> {
    return await this.#turns.take(draft.conversationId, async () => await this.#insert(draft))
  }

  async #insert (draft: Message): Promise<Insertion<Message>> {
    const expired = deadline(this.#database, PLACING_DEADLINE_MS)
    let message = draft
    do {
      const checks = await transact(this.#database, this.#insertion(message))
      if (checks === null) return { inserted: true, stored: message }
      const [stored = null, sender = null, receiver = null] = checks.map(({ row }) => row)
      if (stored !== null) return { inserted: false, stored: messageOf(stored) }
      if (receiver?.['blocked'] === true) throw new DomainError('blocked', 'the receiver takes no messages from you')
      message = [sender, receiver].map(lastKeyOf).reduce<Message>((placed, lastKey) => placedAfter(placed, lastKey), message)
    } while (!expired())
    throw busy()
  }

  async find (messageId: string): Promise<Message | null> {
    const { documents, tableNames } = this.#database
    const { Item } = await documents.send(new GetCommand({ TableName: tableNames.messages, Key: { messageId }, ConsistentRead: true }))
    return Item === undefined ? null : messageOf(Item)
  }

  async listConversation (conversationId: string, page: PageRequest): Promise<Page<Message>> {
    const [messages, earlier] = await Promise.all([
      this.#ofConversation(conversationId, page),
      this.#earlier.arePending().then((pending) => pending ? this.#earlier.ofConversation(conversationId, page.before) : []),
    ])
    return pageOf(merged([messages, earlier]), page, messageKey)
  }

  async listOfUser (userId: string, page: PageRequest): Promise<Page<Message>> {
    return pageOf(await messagesOfUser(this.#database, userId, page.before, page.limit + 1), page, messageKey)
  }

  async #ofConversation (conversationId: string, { before, limit }: PageRequest): Promise<Message[]> {
    const { documents, tableNames } = this.#database
    const inConversation = compare('conversationId', '=', conversationId)
    const rows = await queryRows(documents, {
      TableName: tableNames.messages,
      IndexName: 'conversationId-sortKey-index',
      ScanIndexForward: false,
      ...expression({ key: before === null ? inConversation : allOf(inConversation, compare('sortKey', '<', before)) }),
    }, limit + 1)
    return rows.map(messageOf)
  }

  /** The message, both sides of its conversation, and its event. */
  #insertion (message: Message): TransactionItem[] {
    const { tableNames } = this.#database
    const { senderId, receiverId } = message
    const lastKey = messageKey(message)
    const last = { lastKey, lastMessage: lastMessageOf(message) }
    const isNewest = anyOf(absent('lastKey'), compare('lastKey', '<', lastKey))
    const isAdmitted = anyOf(absent('blocked'), compare('blocked', '=', false))
    return [
      {
        Put: {
          TableName: tableNames.messages,
          Item: messageRow(message),
          ...expression({ condition: absent('messageId') }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      this.#side(message, senderId, isNewest, { set: { ...last, otherUserId: receiverId } }),
      this.#side(message, receiverId, allOf(isNewest, isAdmitted), {
        set: { ...last, otherUserId: senderId, lastReceivedKey: lastKey, unreadUser: receiverId },
        add: { unread: 1 },
      }),
      ...outboxItems(this.#database, [messageSent(message)]),
    ]
  }

  #side ({ conversationId }: Message, userId: string, condition: Condition, update: Changes): TransactionItem {
    return {
      Update: {
        TableName: this.#database.tableNames.inbox,
        Key: { userId, conversationId },
        ...expression({ condition, update }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    }
  }
}

function lastKeyOf (side: Row | null): string | null {
  return side === null ? null : textOrNull(side, 'lastKey')
}
