import { DomainError } from '#domain/errors.js'
import { newConversation, type Conversation } from '#domain/messages/conversation.js'
import { idOf } from '#domain/time.js'
import type { Clock } from '../ports/system.js'
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

/** The people whom the user blocks. */
export function makeListBlocked ({ conversations }: { conversations: ConversationStore }) {
  return async function listBlocked ({ userId, ...page }: ListConversationsQuery): Promise<Page<Conversation>> {
    return await conversations.listBlocked(userId, page)
  }
}

export interface MarkConversationReadCommand {
  readonly userId: string
  readonly otherUserId: string
}

/** Marks everything the other person has sent so far as read. Messages that arrive meanwhile stay unread. */
export function makeMarkConversationRead ({ conversations, clock }: { conversations: ConversationStore, clock: Clock }) {
  return async function markConversationRead ({ userId, otherUserId }: MarkConversationReadCommand): Promise<Conversation> {
    const find = async (): Promise<Conversation> => {
      const [side] = await conversations.find(userId, [otherUserId])
      return side ?? newConversation(userId, otherUserId)
    }
    const before = await find()
    if (before.unread === 0 || before.lastReceivedKey === null) return before
    await conversations.markRead({
      messageId: idOf(before.lastReceivedKey),
      messageKey: before.lastReceivedKey,
      senderId: otherUserId,
      receiverId: userId,
      readAt: clock(),
    })
    return await find()
  }
}

export interface BlockUserCommand {
  readonly userId: string
  readonly otherUserId: string
  /** False accepts messages from the other person again. */
  readonly blocked: boolean
}

/** @throws self_message */
export function makeBlockUser ({ conversations }: { conversations: ConversationStore }) {
  return async function blockUser ({ userId, otherUserId, blocked }: BlockUserCommand): Promise<Conversation> {
    if (userId === otherUserId) throw new DomainError('self_message', 'you cannot block yourself')
    return await conversations.setBlocked(userId, otherUserId, blocked)
  }
}
