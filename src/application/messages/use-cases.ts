import type { Clock, Identity } from '../ports/system.js'
import type { Stores } from '../ports/stores.js'
import { makeBlockUser, makeListConversations, makeMarkConversationRead } from './conversations.js'
import { makeListMessages, makeMarkMessageRead } from './read-messages.js'
import { makeSendMessage } from './send-message.js'

interface MessagePorts extends Pick<Stores, 'messages' | 'conversations'> {
  readonly identity: Identity
  readonly clock: Clock
}

export type MessageUseCases = ReturnType<typeof makeMessageUseCases>

export function makeMessageUseCases (ports: MessagePorts) {
  return {
    sendMessage: makeSendMessage(ports),
    listMessages: makeListMessages(ports),
    markMessageRead: makeMarkMessageRead(ports),
    listConversations: makeListConversations(ports),
    markConversationRead: makeMarkConversationRead(ports),
    blockUser: makeBlockUser(ports),
  }
}
