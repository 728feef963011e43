import { lastMessageOf } from '#domain/messages/conversation.js'
import { DomainError } from '#domain/errors.js'
import { firstMessagesOf, tooManyFirstMessages } from '#domain/messages/first-message.js'
import { conversationIdOf, messageKey, messageSent, placedInOrder, type Message, type MessageRun } from '#domain/messages/message.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { MessageStore, SendingRules } from '#application/ports/message-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { Turns } from '#application/turns.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, anyOf, compare, expression, present, type Changes, type Condition } from '../engine/expression.js'
import { getRow } from '../engine/read.js'
import { untilWritten } from '../engine/retry.js'
import { secondsOf, textOrNull, type Row } from '../engine/row.js'
import { transact, type Check, type TransactionItem } from '../engine/write.js'
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

  async insert (draft: Message, rules?: SendingRules): Promise<Insertion<Message>> {
    const [insertion] = await this.#inTurn([draft], rules) as readonly [Insertion<Message>]
    return insertion
  }

  async insertTogether (drafts: MessageRun): Promise<ReadonlyArray<Insertion<Message>>> {
    return await this.#inTurn(drafts)
  }

  async #inTurn (drafts: MessageRun, rules?: SendingRules): Promise<ReadonlyArray<Insertion<Message>>> {
    const insertions = await this.#turns.take(drafts[0].conversationId, async () => await this.#insert(drafts, rules))
    return drafts.map(({ messageId }) => insertions.get(messageId) as Insertion<Message>)
  }

  /**
   * Places the messages behind the newest of their conversation and stores those whose ids are free. The outcome of each, by its id.
   * With a limit of first messages, the conversation is first taken to have begun: only one that has not costs a second transaction.
   */
  async #insert (drafts: MessageRun, rules?: SendingRules): Promise<ReadonlyMap<string, Insertion<Message>>> {
    const insertions = new Map<string, Insertion<Message>>()
    const limit = rules?.firstMessagesPerDay ?? 0
    let sending: Sending = { ofSender: rules !== undefined, first: limit > 0 ? 'no' : 'either', limit }
    let run = placedInOrder(drafts, [])
    return await untilWritten(this.#database, async () => {
      const checks = await transact(this.#database, this.#insertion(run, sending))
      if (checks === null) {
        for (const stored of run) insertions.set(stored.messageId, { inserted: true, stored })
        return insertions
      }
      const rows = checks.map(({ row }) => row)
      for (const stored of rows.slice(0, run.length).filter((row) => row !== null).map((row) => messageOf(row))) insertions.set(stored.messageId, { inserted: false, stored })
      const [next, ...others] = run.filter(({ messageId }) => !insertions.has(messageId))
      if (next === undefined) return insertions
      const sides = rows.slice(run.length).filter((row) => row !== null)
      checkAdmitted([next, ...others], sides, sending)
      sending = nextSending(sending, checks, run)
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

  /** The messages, both sides of their conversation, their events, and the counter where the conversation begins. */
  #insertion (run: MessageRun, sending: Sending): TransactionItem[] {
    const [first] = run
    const { senderId, receiverId } = first
    return [
      ...run.map((message) => this.#put(message)),
      this.#side(senderId, receiverId, senderChange(run, sending)),
      this.#side(receiverId, senderId, sideChange(run, receiverId, senderId)),
      ...outboxItems(this.#database, run.map(messageSent)),
      ...(sending.first === 'yes' ? [this.#count(first, sending.limit)] : []),
    ]
  }

  #count (message: Message, limit: number): TransactionItem {
    const { key, expiresAt } = firstMessagesOf(message)
    return {
      Update: {
        TableName: this.#database.tableNames.attempts,
        Key: { attemptKey: key },
        ...expression({
          condition: anyOf(absent('count'), compare('count', '<', limit)),
          update: { set: { expiresAt, deleteAt: secondsOf(expiresAt) }, add: { count: 1, version: 1 } },
        }),
      },
    }
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

  #side (userId: string, otherUserId: string, change: SideChange): TransactionItem {
    return {
      Update: {
        TableName: this.#database.tableNames.inbox,
        Key: { userId, conversationId: conversationIdOf(userId, otherUserId) },
        ...expression(change),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    }
  }
}

/** What is demanded of the sender's side. */
interface Sending {
  /** Whether the sender must not block the receiver. */
  readonly ofSender: boolean
  /** Whether the conversation begins with the message. */
  readonly first: 'yes' | 'no' | 'either'
  readonly limit: number
}

interface SideChange {
  readonly condition: Condition
  readonly update: Changes
}

/** @throws too_many_first_messages where the counter alone failed */
function nextSending (sending: Sending, checks: readonly Check[], run: MessageRun): Sending {
  const { failed, row } = checks[run.length] as Check
  if (sending.first === 'either' || !failed) {
    if (sending.first === 'yes' && (checks.at(-1) as Check).failed) throw tooManyFirstMessages(run[0])
    return sending
  }
  return { ...sending, first: row === null || textOrNull(row, 'lastKey') === null ? 'yes' : 'no' }
}

function checkAdmitted (run: MessageRun, sides: readonly Row[], { ofSender }: Sending): void {
  const blocking = sides.filter((side) => side['blocked'] === true).map((side) => side['userId'])
  if (ofSender && run.some(({ senderId }) => blocking.includes(senderId))) throw new DomainError('receiver_blocked', 'you block the receiver')
  if (run.some(({ receiverId }) => blocking.includes(receiverId))) throw new DomainError('blocked', 'the receiver takes no messages from you')
}

const NOT_BLOCKED = anyOf(absent('blocked'), compare('blocked', '=', false))

function senderChange (run: MessageRun, { ofSender, first }: Sending): SideChange {
  const [{ senderId, receiverId }] = run
  const { condition, update } = sideChange(run, senderId, receiverId)
  const place = { yes: absent('lastKey'), no: allOf(present('lastKey'), condition), either: condition }[first]
  return { condition: ofSender ? allOf(place, NOT_BLOCKED) : place, update }
}

function sideChange (run: MessageRun, userId: string, otherUserId: string): SideChange {
  const [first] = run
  const last = run.reduce((_last, message) => message)
  const isNewest = anyOf(absent('lastKey'), compare('lastKey', '<', messageKey(first)))
  const set = { lastKey: messageKey(last), lastMessage: lastMessageOf(last), otherUserId }
  const received = run.filter(({ receiverId }) => receiverId === userId).map(messageKey)
  const [lastReceivedKey] = received.slice(-1)
  if (lastReceivedKey === undefined) return { condition: isNewest, update: { set } }
  return {
    condition: allOf(isNewest, NOT_BLOCKED),
    update: { set: { ...set, lastReceivedKey, unreadUser: userId }, add: { unread: received.length } },
  }
}
