import { makeListMessages } from '#application/messages/read-messages.js'
import { conversationIdOf, messageKey, placedAfter, type Message } from '#domain/messages/message.js'
import { violate, type Context } from './context.js'
import { KEYLESS } from './message-client.js'

/** Reads every conversation once all is quiet, and compares it with what clients were told. */
export async function checkMessages (context: Context, users: readonly string[]): Promise<void> {
  const { store, ledger } = context
  const acknowledged = Map.groupBy(ledger.messages, ({ conversationId }) => conversationId)
  for (const [index, userId] of users.entries()) {
    let unread = 0
    for (const [otherIndex, otherUserId] of users.entries()) {
      if (otherIndex === index) continue
      const conversationId = conversationIdOf(userId, otherUserId)
      const { items } = await store.messages.listConversation(conversationId, { before: null, limit: 1000 })
      if (otherIndex > index) checkConversation(context, items, acknowledged.get(conversationId) ?? [])
      unread += await checkUnread(context, userId, otherUserId, items)
    }
    const total = await store.conversations.unreadTotal(userId)
    if (total !== unread) violate(context, 'unread messages equal a recount', `${userId}: ${total} in all, counted ${unread}`)
  }
}

function checkConversation (context: Context, newestFirst: readonly Message[], acknowledged: readonly Message[]): void {
  const wrong = (what: string): void => { violate(context, 'messages stand in order, none lost and none twice', what) }
  const found = new Map(newestFirst.map((message) => [message.messageId, message]))
  const keys = newestFirst.map(messageKey)
  if (!keys.every((key, index) => index === 0 || key < (keys[index - 1] ?? ''))) wrong(`out of order: ${keys.join()}`)
  const texts = newestFirst.map(({ message }) => message).filter((text) => text !== KEYLESS)
  if (new Set(texts).size < texts.length) wrong(`twice: ${texts.toSorted().join()}`)
  const lastOf = new Map<string, string>()
  // Of two tries that one node takes down apart, each with its own time, the place is that of one.
  const isToldSo = (message: Message): boolean => acknowledged.some((told) => messageKey(told) === messageKey(message))
  const isInPlace = (message: Message, told: Message): boolean => messageKey(message) === messageKey(told) ||
    (context.isJournaled && isToldSo(message)) || (context.isJournaled && isMovedAsPromised(message, told, keys[keys.indexOf(messageKey(message)) + 1] ?? null))
  for (const told of acknowledged) {
    if (context.quarantined.has(told.messageId)) continue
    const message = found.get(told.messageId)
    if (message === undefined || message.message !== told.message || !isInPlace(message, told)) {
      wrong(`${told.message} (${told.messageId}) is lost or changed`)
      continue
    }
    // A client waits for one answer before it sends the next.
    const last = lastOf.get(told.senderId)
    if (last !== undefined && last > messageKey(message)) wrong(`${told.message} stands before what ${told.senderId} sent earlier`)
    lastOf.set(told.senderId, messageKey(message))
  }
}

/**
 * A node that does not remember a message takes it down once more, with the time of that: the first one stays. One that finds others
 * in the store that came in before it comes right behind them.
 */
function isMovedAsPromised (message: Message, told: Message, keyBefore: string | null): boolean {
  return messageKey(message) < messageKey(told) || message.createdAt === placedAfter(told, keyBefore).createdAt
}

async function checkUnread (context: Context, userId: string, otherUserId: string, messages: readonly Message[]): Promise<number> {
  const { store, ledger } = context
  const [side] = await store.conversations.find(userId, [otherUserId])
  const readKey = side?.readKey ?? ''
  const [newest] = messages
  if ((side?.lastKey ?? null) !== (newest === undefined ? null : messageKey(newest))) {
    violate(context, 'messages stand in order, none lost and none twice', `${userId} sees ${side?.lastKey} as the last of ${otherUserId}`)
  }
  const page = await makeListMessages(store)({ userId, otherUserId, before: null, limit: 1000, marks: {} })
  const unmarked = page.items.filter((message) => message.senderId === otherUserId && message.read !== (messageKey(message) <= readKey))
  if (unmarked.length > 0) violate(context, 'unread messages equal a recount', `${userId} of ${otherUserId}: ${unmarked.map(({ message }) => message).join()}`)
  const counted = messages.filter((message) => message.senderId === otherUserId && messageKey(message) > readKey).length
  if ((side?.unread ?? 0) !== counted) violate(context, 'unread messages equal a recount', `${userId} of ${otherUserId}: ${side?.unread}, counted ${counted}`)
  const read = new Set(ledger.read.filter((mark) => mark.userId === userId && mark.otherUserId === otherUserId).map(({ messageId }) => messageId))
  const lost = messages.filter((message) => read.has(message.messageId) && messageKey(message) > readKey)
  if (lost.length > 0) violate(context, 'what was acknowledged is found as it was acknowledged', `${userId} has read ${lost.map(({ message }) => message).join()}, and it is not marked`)
  // A blocked conversation is left out of the total.
  return side?.blocked === true ? 0 : counted
}
