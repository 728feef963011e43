import type { Message } from '#domain/messages/message.js'
import { DomainError } from '#domain/errors.js'
import type { MessageStore } from '#application/ports/message-store.js'
import { isOutage } from '../courier.js'
import { instead, type PlantedBug } from './planted-bug.js'

const onMessages = (name: string, change: (messages: MessageStore) => Partial<MessageStore>): PlantedBug =>
  ({ name, ports: ({ messages }) => ({ messages: instead(messages, change(messages)) }) })

/** Bugs in how messages are stored and listed. */
export const MESSAGE_BUGS: readonly PlantedBug[] = [
  onMessages('a message that is acknowledged before it is written', (messages) => ({
    insert: async (message: Message) => {
      messages.insert(message).catch((error: unknown) => { if (!isOutage(error) && !(error instanceof DomainError)) throw error })
      return { inserted: true, stored: message }
    },
  })),
  onMessages('a message that is acknowledged though its write failed', (messages) => ({
    insert: async (message: Message) => {
      try {
        return await messages.insert(message)
      } catch (error) {
        if (isOutage(error)) return { inserted: true, stored: message }
        throw error
      }
    },
  })),
  {
    name: 'a message that is sent again under another id',
    ports: ({ identity }) => ({ identity: { ...identity, derived: (prefix, parts) => prefix === 'msg' ? identity.random('msg') : identity.derived(prefix, parts) } }),
  },
  onMessages('a page of messages that skips one', (messages) => ({
    listConversation: async (conversationId, page) => {
      const { items, nextKey } = await messages.listConversation(conversationId, page)
      return { items: nextKey === null ? items : items.slice(0, -1), nextKey }
    },
  })),
  onMessages('a page of messages that begins with the last of the page before', (messages) => ({
    listConversation: async (conversationId, page) => {
      const { items, nextKey } = await messages.listConversation(conversationId, page)
      return { items, nextKey: nextKey === null ? null : `${nextKey}~` }
    },
  })),
  {
    name: 'a block without effect',
    ports: ({ messages, conversations }) => ({
      messages: instead(messages, {
        insert: async (message) => {
          try {
            return await messages.insert(message)
          } catch (error) {
            if (!(error instanceof DomainError) || error.code !== 'blocked') throw error
            await conversations.setBlocked(message.receiverId, message.senderId, false)
            return await messages.insert(message)
          }
        },
      }),
    }),
  },
  {
    name: 'a mark of reading that is only promised',
    ports: ({ conversations }) => ({ conversations: instead(conversations, { markRead: async ({ readAt }) => readAt }) }),
  },
]
