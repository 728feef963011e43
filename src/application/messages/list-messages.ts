import { withConversations, withReadMarks, type ReadMarks } from '#domain/messages/conversation.js'
import { conversationIdOf, type Message } from '#domain/messages/message.js'
import type { ConversationStore } from '../ports/conversation-store.js'
import type { MessageStore } from '../ports/message-store.js'
import type { Page, PageRequest } from '../ports/page.js'

export interface ListMessagesQuery extends PageRequest {
  readonly userId: string
  /** Null lists the messages of all conversations. */
  readonly otherUserId: string | null
  /** The marks that came with the page before. */
  readonly marks: ReadMarks
}

export interface MessagePage extends Page<Message> {
  readonly marks: ReadMarks
}

/** Messages newest first, each read as far as its receiver's marker says. */
export function makeListMessages ({ messages, conversations }: { messages: MessageStore, conversations: ConversationStore }) {
  return async function listMessages ({ userId, otherUserId, marks, ...page }: ListMessagesQuery): Promise<MessagePage> {
    if (otherUserId !== null) {
      const { items, nextKey } = await messages.listConversation(conversationIdOf(userId, otherUserId), page)
      const read = withReadMarks(items, marks)
      return { items: read.messages, marks: read.marks, nextKey }
    }
    const { items, nextKey } = await messages.listOfUser(userId, page)
    const others = new Set(items.map(({ senderId, receiverId }) => senderId === userId ? receiverId : senderId))
    const sides = others.size === 0 ? [] : await conversations.find(userId, [...others])
    return { items: withConversations(items, sides), marks: {}, nextKey }
  }
}
