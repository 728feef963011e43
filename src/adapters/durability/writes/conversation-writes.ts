import { conversationIdOf, messageKey, type Message, type MessageRun } from '#domain/messages/message.js'
import type { MessageReport } from '#domain/messages/message-report.js'
import type { ReadMarker } from '#application/ports/conversation-store.js'
import type { Stores } from '#application/ports/stores.js'
import { AS_IS, checkSameRequest, Conflict, type Block, type WriteKind } from './write-kind.js'

export function conversationKey ({ senderId, receiverId }: Pick<Message, 'senderId' | 'receiverId'>): string {
  return `conversation ${conversationIdOf(senderId, receiverId)}`
}

export const message: WriteKind<{ readonly message: Message }> = {
  key: (write) => conversationKey(write.message),
  subject: (write) => write.message.messageId,
  carryOut: async (write, { messages }) => { checkSameRequest(write.message, (await messages.insert(write.message)).stored) },
  shown: (write) => ({ message: write.message }),
  stored: AS_IS,
}

/** Carries out messages of one conversation that follow each other, in one step. @throws what carrying out one of them throws */
export async function carryOutRun (run: MessageRun, { messages }: Stores): Promise<void> {
  const ours = new Map(run.map((one) => [one.messageId, one]))
  for (const { stored } of await messages.insertTogether(run)) checkSameRequest(ours.get(stored.messageId) as Message, stored)
}

export const read: WriteKind<{ readonly marker: ReadMarker }> = {
  key: ({ marker }) => conversationKey(marker),
  subject: ({ marker }) => marker.messageId,
  carryOut: async ({ marker }, { messages, conversations }) => {
    const stored = await messages.find(marker.messageId)
    if (stored === null) throw new Conflict('the message that was read is not there')
    // The store may have placed the message behind a newer one than the marker knew.
    await conversations.markRead({ ...marker, messageKey: messageKey(stored) })
  },
  shown: ({ marker }) => ({ marker }),
  stored: AS_IS,
}

export const block: WriteKind<Block> = {
  key: ({ userId, otherUserId }) => conversationKey({ senderId: userId, receiverId: otherUserId }),
  subject: ({ otherUserId }) => otherUserId,
  carryOut: async ({ userId, otherUserId, blocked }, { conversations }) => { await conversations.setBlocked(userId, otherUserId, blocked) },
  shown: ({ userId, otherUserId, blocked }) => ({ block: { userId, otherUserId, blocked } }),
  stored: AS_IS,
}

/** The next version of a report. Memory mode alone journals it: an outage of DynamoDB takes no reports. */
export const messageReport: WriteKind<{ readonly report: MessageReport }> = {
  key: (write) => `message report ${write.report.messageId}`,
  subject: (write) => write.report.messageId,
  carryOut: async (write, { messageReports }) => { if (!await messageReports.replace(write.report)) await messageReports.insert(write.report) },
  shown: () => ({}),
  stored: AS_IS,
}
