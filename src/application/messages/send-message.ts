import type { JsonObject } from '#domain/json.js'
import { newMessage, type Message } from '#domain/messages/message.js'
import { checkSameRequest } from '../idempotency.js'
import type { Clock, Identity } from '../ports/system.js'
import type { MessageStore } from '../ports/message-store.js'

export interface SendMessageCommand {
  readonly senderId: string
  readonly receiverId: string
  readonly message: string
  readonly type: string
  readonly metadata: JsonObject
  /** The idempotency key, which the client chooses; null makes every request a new message. */
  readonly key: string | null
}

export interface SentMessage {
  readonly message: Message
  readonly replayed: boolean
}

/** Sends a message, once for a key. @throws what `newMessage` and `MessageStore.insert` throw; idempotency_key_reused */
export function makeSendMessage ({ messages, identity, clock }: { messages: MessageStore, identity: Identity, clock: Clock }) {
  return async function sendMessage ({ key, ...draft }: SendMessageCommand): Promise<SentMessage> {
    const messageId = key === null ? identity.random('msg') : identity.derived('msg', [draft.senderId, key])
    const fingerprint = identity.fingerprint(draft)
    const { inserted, stored } = await messages.insert(newMessage(draft, messageId, fingerprint, clock()))
    if (!inserted) checkSameRequest(stored, fingerprint)
    return { message: stored, replayed: !inserted }
  }
}
