import type { Conversation } from '#domain/messages/conversation.js'
import { DomainError } from '#domain/errors.js'
import { messageKey, placedAfter, type Message } from '#domain/messages/message.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { MessageStore } from '#application/ports/message-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Fallback } from './outage.js'
import { guarded } from './guarded.js'
import { conversationKey } from '../journaled-write.js'
import { merged } from './merged.js'
import { messageQuestion, pageQuestion, sideQuestion } from './questions.js'

const BY_KEY = { idOf: ({ messageId }: Message) => messageId, keyOf: messageKey }

/** Messages, which an outage keeps from nobody. */
export function fallbackMessageStore (fallback: Fallback, store: MessageStore): MessageStore {
  const { conversations } = fallback.overlay

  async function insert (draft: Message): Promise<Insertion<Message>> {
    return await fallback.write(conversationKey(draft), async (remember) => {
      const insertion = await store.insert(draft)
      remember(messageQuestion(draft.messageId), insertion.stored)
      return insertion
    }, async () => {
      const taken = fallback.pending(conversations.message(draft.messageId)) ?? fallback.known<Message | null>(messageQuestion(draft.messageId))
      if (taken != null) return { inserted: false, stored: taken }
      const { senderId, receiverId } = draft
      const [sender, receiver] = [side(senderId, receiverId), side(receiverId, senderId)]
      if (receiver.blocked) throw new DomainError('blocked', 'the receiver takes no messages from you')
      const message = [sender.lastKey, receiver.lastKey].reduce(placedAfter, draft)
      await fallback.record({ kind: 'message', message })
      return { inserted: true, stored: message }
    })
  }

  /** As far as it is known here. */
  function side (userId: string, otherUserId: string): Conversation {
    const known = fallback.known<Conversation | null>(sideQuestion(userId, otherUserId))
    return known == null ? conversations.alone(userId, otherUserId) : conversations.onTopOf(known)
  }

  async function find (messageId: string): Promise<Message | null> {
    return fallback.pending(conversations.message(messageId)) ?? await fallback.ask(messageQuestion(messageId), async () => await store.find(messageId))
  }

  /** What is in the journal goes on top of the store's list, or stands alone where there is none. */
  async function list (question: string, page: PageRequest, direct: () => Promise<Page<Message>>, ours: () => Message[]): Promise<Page<Message>> {
    return await fallback.askBeside(question, async (remember) => {
      const found = await direct()
      for (const message of found.items) remember(messageQuestion(message.messageId), message)
      return found
    }, ours, (theirs, pending) => merged(theirs, pending.filter(isNotIn(theirs)), page, BY_KEY))
  }

  return guarded(fallback, store, {
    insert,
    find,
    listConversation: async (conversationId, page) => await list(pageQuestion(`conversation ${conversationId}`, page), page,
      async () => await store.listConversation(conversationId, page), () => conversations.ofConversation(conversationId, page.before)),
    listOfUser: async (userId, page) => await list(pageQuestion(`messages ${userId}`, page), page,
      async () => await store.listOfUser(userId, page), () => conversations.ofUser(userId, page.before)),
  })
}

/** Where the store has a message too, it has it with its read mark, and at the place that it found. */
function isNotIn ({ items }: Page<Message>): (message: Message) => boolean {
  const ids = new Set(items.map(({ messageId }) => messageId))
  return ({ messageId }) => !ids.has(messageId)
}
