import { DomainError } from '#domain/errors.js'
import type { Conversation } from '#domain/messages/conversation.js'
import { messageKey, placedAfter, type Message } from '#domain/messages/message.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { MessageStore, SendingRules } from '#application/ports/message-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { conversationKey } from '../writes/conversation-writes.js'
import { answerName } from './last-answers.js'
import { directOnlyStore, type Outage } from './outage.js'
import { mergedPage } from './waiting-writes.js'

const BY_KEY = { idOf: ({ messageId }: Message) => messageId, keyOf: messageKey }

/** Messages, which an outage lets through in both directions. */
export function outageMessageStore (outage: Outage, store: MessageStore): MessageStore {
  const { conversations } = outage.waiting

  async function insert (draft: Message, rules?: SendingRules): Promise<Insertion<Message>> {
    const { messageId, senderId, receiverId } = draft
    return await outage.write(conversationKey(draft), async (remember) => {
      const insertion = await store.insert(draft, rules)
      remember(answerName.message(messageId), insertion.stored)
      return insertion
    }, async () => {
      const taken = outage.fromJournal(conversations.message(messageId)) ?? outage.staleAnswer<Message | null>(answerName.message(messageId))
      if (taken != null) return { inserted: false, stored: taken }
      const [sender, receiver] = [knownSide(senderId, receiverId), knownSide(receiverId, senderId)]
      if (rules !== undefined && sender.blocked) throw new DomainError('receiver_blocked', 'you block the receiver')
      if (receiver.blocked) throw new DomainError('blocked', 'the receiver takes no messages from you')
      const message = [sender.lastKey, receiver.lastKey].reduce(placedAfter, draft)
      await outage.append({ kind: 'message', message })
      return { inserted: true, stored: message }
    })
  }

  /** A participant side, as far as this node knows it. */
  function knownSide (userId: string, otherUserId: string): Conversation {
    const side = outage.staleAnswer<Conversation | null>(answerName.side(userId, otherUserId))
    return side == null ? conversations.waitingAlone(userId, otherUserId) : conversations.withWaiting(side)
  }

  async function find (messageId: string): Promise<Message | null> {
    return outage.fromJournal(conversations.message(messageId)) ?? await outage.read(answerName.message(messageId), async () => await store.find(messageId))
  }

  async function list (name: string, page: PageRequest, direct: () => Promise<Page<Message>>, waitingRows: () => Message[]): Promise<Page<Message>> {
    return await outage.readMerged(name, async (remember) => {
      const found = await direct()
      for (const message of found.items) remember(answerName.message(message.messageId), message)
      return found
    }, waitingRows, (theirs, waiting) => mergedPage(theirs, waiting.filter(isMissingIn(theirs)), page, BY_KEY))
  }

  return directOnlyStore(outage, store, {
    insert,
    find,
    listConversation: async (conversationId, page) => await list(answerName.page(`conversation ${conversationId}`, page), page,
      async () => await store.listConversation(conversationId, page), () => conversations.ofConversation(conversationId, page.before)),
    listOfUser: async (userId, page) => await list(answerName.page(`messages ${userId}`, page), page,
      async () => await store.listOfUser(userId, page), () => conversations.ofUser(userId, page.before)),
  })
}

/** The store's version of a message wins: it has the read mark and the final place. */
function isMissingIn ({ items }: Page<Message>): (message: Message) => boolean {
  const ids = new Set(items.map(({ messageId }) => messageId))
  return ({ messageId }) => !ids.has(messageId)
}
