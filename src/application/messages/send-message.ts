import { DomainError } from '#domain/errors.js'
import type { JsonObject } from '#domain/json.js'
import { newMessage, type Message } from '#domain/messages/message.js'
import { checkSameRequest } from '../idempotency.js'
import type { Clock, Identity } from '../ports/system.js'
import type { MessageStore } from '../ports/message-store.js'
import type { IsReachable } from './receivers.js'

export interface SendMessageCommand {
  readonly senderId: string
  readonly receiverId: string
  readonly message: string
  readonly type: string
  readonly metadata: JsonObject
  /** The idempotency key, which the client chooses; null makes every request a new message. */
  readonly key: string | null
  /** Why a new request of this form is refused. A repeat of one that an earlier version took is answered. */
  readonly refusal?: Error | null
}

export interface SentMessage {
  readonly message: Message
  readonly replayed: boolean
}

export interface SendMessagePorts {
  readonly messages: MessageStore
  readonly identity: Identity
  readonly clock: Clock
  readonly isReachable: IsReachable
  /** Conversations that a person begins within a day at most; 0: any number. */
  readonly firstMessagesPerDay: number
}

/** Sends a message, once for a key. @throws what `newMessage` and `MessageStore.insert` throw; receiver_unreachable, idempotency_key_reused */
export function makeSendMessage ({ messages, identity, clock, isReachable, firstMessagesPerDay }: SendMessagePorts) {
  return async function sendMessage ({ key, refusal: given = null, ...draft }: SendMessageCommand): Promise<SentMessage> {
    const messageId = key === null ? identity.random('msg') : identity.derived('msg', [draft.senderId, key])
    const fingerprint = identity.fingerprint(draft)
    const message = newMessage(draft, messageId, fingerprint, clock())
    const refusal = given ?? (await isReachable(draft.receiverId) ? null : unreachable())
    const { inserted, stored } = refusal === null
      ? await messages.insert(message, { firstMessagesPerDay })
      : { inserted: false, stored: await sentBefore(message, refusal) }
    if (!inserted) checkSameRequest(stored, fingerprint)
    return { message: stored, replayed: !inserted }
  }

  /** A repeat is answered, whatever a new message is refused for. */
  async function sentBefore ({ messageId }: Message, refusal: Error): Promise<Message> {
    const stored = await messages.find(messageId)
    if (stored === null) throw refusal
    return stored
  }
}

function unreachable (): DomainError {
  return new DomainError('receiver_unreachable', 'there is no person of this id who takes messages')
}
