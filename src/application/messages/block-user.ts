import type { Conversation } from '#domain/messages/conversation.js'
import { DomainError } from '#domain/errors.js'
import type { ConversationStore } from '../ports/conversation-store.js'

export interface BlockUserCommand {
  readonly userId: string
  readonly otherUserId: string
  /** False admits the other's messages again. */
  readonly blocked: boolean
}

/** @throws self_message */
export function makeBlockUser ({ conversations }: { conversations: ConversationStore }) {
  return async function blockUser ({ userId, otherUserId, blocked }: BlockUserCommand): Promise<Conversation> {
    if (userId === otherUserId) throw new DomainError('self_message', 'nobody blocks himself')
    return await conversations.setBlocked(userId, otherUserId, blocked)
  }
}
