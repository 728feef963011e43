import { newConversation, type Conversation } from '#domain/messages/conversation.js'
import { idOf } from '#domain/time.js'
import type { Clock } from '../ports/clock.js'
import type { ConversationStore } from '../ports/conversation-store.js'

export interface MarkConversationReadCommand {
  readonly userId: string
  readonly otherUserId: string
}

/** Marks all that the other has sent so far as read; what arrives meanwhile stays unread. */
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
