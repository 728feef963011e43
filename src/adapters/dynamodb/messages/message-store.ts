import { lastMessageOf } from '#domain/messages/conversation.js'
import { DomainError } from '#domain/errors.js'
import { messageKey, messageSent, placedInOrder, type Message, type MessageRun } from '#domain/messages/message.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { MessageStore } from '#application/ports/message-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { Turns } from '#application/turns.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, anyOf, compare, expression, type Changes, type Condition } from '../engine/expression.js'
import { getRow } from '../engine/read.js'
import { untilWritten } from '../engine/retry.js'
import { textOrNull, type Row } from '../engine/row.js'
import { transact, type TransactionItem } from '../engine/write.js'
import { outboxItems } from '../outbox/outbox-store.js'
import type { EarlierMessages } from './earlier-messages.js'
import { messagesOfConversation, messagesOfUser } from './message-lists.js'
import { messageOf, messageRow } from './message-row.js'

export class DynamoMessageStore implements MessageStore {
  readonly #database: Database
  readonly #earlier: EarlierMessages
  readonly #turns = new Turns()

  constructor (database: Database, earlier: EarlierMessages) {
    this.#database = database
    this.#earlier = earlier
  }

  async insert (draft: Message): Promise<Insertion<Message>> {
    const [insertion] = await this.insertTogether([draft]) as readonly [Insertion<Message>]
    return insertion
  }

  async insertTogether (drafts: MessageRun): Promise<ReadonlyArray<Insertion<Message>>> {
    const insertions = await this.#turns.take(drafts[0].conversationId, async () => await this.#insert(drafts))
    return drafts.map(({ messageId }) => insertions.get(messageId) as Insertion<Message>)
  }

  /** Places the messages behind the newest of their conversation and stores those whose ids are free. The outcome of each, by its id. */
  async #insert (drafts: MessageRun): Promise<ReadonlyMap<string, Insertion<Message>>> {
    const insertions = new Map<string, Insertion<Message>>()
    let run = placedInOrder(drafts, [])
    return await untilWritten(this.#database, async () => {
      const checks = await transact(this.#database, this.#insertion(run))
      if (checks === null) {
        for (const stored of run) insertions.set(stored.messageId, { inserted: true, stored })
        return insertions
      }
      const rows = checks.map(({ row }) => row)
      for (const stored of rows.slice(0, run.length).filter((row) => row !== null).map(messageOf)) insertions.set(stored.messageId, { inserted: false, stored })
      const [next, ...others] = run.filter(({ messageId }) => !insertions.has(messageId))
      if (next === undefined) return insertions
      const sides = rows.slice(run.length).filter((row) => row !== null)
      checkAdmitted([next, ...others], sides)
      run = placedInOrder([next, ...others], sides.map((side) => textOrNull(side, 'lastKey')))
      return undefined
    })
  }

  async find (messageId: string): Promise<Message | null> {
    const row = await getRow(this.#database, 'messages', { messageId })
    return row === null ? null : messageOf(row)
  }

  async listConversation (conversationId: string, page: PageRequest): Promise<Page<Message>> {
    return await messagesOfConversation(this.#database, this.#earlier, conversationId, page)
  }

  async listOfUser (userId: string, page: PageRequest): Promise<Page<Message>> {
    return await messagesOfUser(this.#database, userId, page)
  }

  /** The messages, both sides of their conversation, and their events. */
  #insertion (run: MessageRun): TransactionItem[] {
    const [{ senderId, receiverId }] = run
    return [
      ...run.map((message) => this.#put(message)),
      this.#side(run, senderId, receiverId),
      this.#side(run, receiverId, senderId),
      ...outboxItems(this.#database, run.map(messageSent)),
    ]
  }

  #put (message: Message): TransactionItem {
    return {
      Put: {
        TableName: this.#database.tableNames.messages,
        Item: messageRow(message),
        ...expression({ condition: absent('messageId') }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    }
  }

  #side (run: MessageRun, userId: string, otherUserId: string): TransactionItem {
    const [{ conversationId }] = run
    return {
      Update: {
        TableName: this.#database.tableNames.inbox,
        Key: { userId, conversationId },
        ...expression(sideChange(run, userId, otherUserId)),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    }
  }
}

function checkAdmitted (run: MessageRun, sides: readonly Row[]): void {
  const blocking = sides.filter((side) => side['blocked'] === true).map((side) => side['userId'])
  if (run.some(({ receiverId }) => blocking.includes(receiverId))) throw new DomainError('blocked', 'the receiver takes no messages from you')
}

function sideChange (run: MessageRun, userId: string, otherUserId: string): { condition: Condition, update: Changes } {
  const [first] = run
  const last = run.reduce((_last, message) => message)
  const isNewest = anyOf(absent('lastKey'), compare('lastKey', '<', messageKey(first)))
  const set = { lastKey: messageKey(last), lastMessage: lastMessageOf(last), otherUserId }
  const received = run.filter(({ receiverId }) => receiverId === userId).map(messageKey)
  const [lastReceivedKey] = received.slice(-1)
  if (lastReceivedKey === undefined) return { condition: isNewest, update: { set } }
  return {
    condition: allOf(isNewest, anyOf(absent('blocked'), compare('blocked', '=', false))),
    update: { set: { ...set, lastReceivedKey, unreadUser: userId }, add: { unread: received.length } },
  }
}
