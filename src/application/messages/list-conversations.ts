import type { Conversation } from '#domain/messages/conversation.js'
import type { ConversationStore } from '../ports/conversation-store.js'
import type { Page, PageRequest } from '../ports/page.js'

export interface ListConversationsQuery extends PageRequest {
  readonly userId: string
}

export interface ConversationPage extends Page<Conversation> {
  readonly unreadTotal: number
}

export function makeListConversations ({ conversations }: { conversations: ConversationStore }) {
  return async function listConversations ({ userId, ...page }: ListConversationsQuery): Promise<ConversationPage> {
    const [list, unreadTotal] = await Promise.all([conversations.list(userId, page), conversations.unreadTotal(userId)])
    return { ...list, unreadTotal }
  }
}
