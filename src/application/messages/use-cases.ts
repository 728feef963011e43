import type { Stores } from '../ports/stores.js'
import { makeBlockUser, makeListBlocked, makeListConversations, makeMarkConversationRead } from './conversations.js'
import { makeMessageReports } from './message-reports.js'
import { makeListMessages, makeMarkMessageRead } from './read-messages.js'
import { makeSendMessage, type SendMessagePorts } from './send-message.js'

interface MessagePorts extends Pick<Stores, 'conversations' | 'messageReports'>, SendMessagePorts {}

export type MessageUseCases = ReturnType<typeof makeMessageUseCases>

export function makeMessageUseCases (ports: MessagePorts) {
  return {
    sendMessage: makeSendMessage(ports),
    listMessages: makeListMessages(ports),
    markMessageRead: makeMarkMessageRead(ports),
    listConversations: makeListConversations(ports),
    markConversationRead: makeMarkConversationRead(ports),
    listBlocked: makeListBlocked(ports),
    blockUser: makeBlockUser(ports),
    ...makeMessageReports(ports),
  }
}
