import { countedUnread, type Conversation } from '#domain/messages/conversation.js'
import type { Timestamp } from '#domain/time.js'
import type { ConversationStore, ReadMarker } from '#application/ports/conversation-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { conversationKey } from '../writes/conversation-writes.js'
import { answerName } from './last-answers.js'
import { directOnlyStore, type Outage, type Remember } from './outage.js'
import { away, isOutage } from './store-health.js'
import { mergedPage } from './waiting-writes.js'

const BY_LAST_KEY = { idOf: ({ conversationId }: Conversation) => conversationId, keyOf: ({ lastKey }: Conversation) => String(lastKey) }

/** Conversations with their waiting writes on top. Read markers go on in an outage. Blocking needs the store, because all nodes must know it. */
export function outageConversationStore (outage: Outage, store: ConversationStore): ConversationStore {
  const { conversations } = outage.waiting

  async function find (userId: string, otherUserIds: readonly string[]): Promise<readonly Conversation[]> {
    const sides = await storedSides(userId, otherUserIds)
    return otherUserIds.map((otherUserId) => shown(userId, otherUserId, sides.get(otherUserId) ?? null)).filter((side) => side !== null)
  }

  /** The store's sides by the other user, null where there is none, or its last answers. @throws store_unavailable for an unknown side */
  async function storedSides (userId: string, otherUserIds: readonly string[]): Promise<Map<string, Conversation | null>> {
    try {
      return await outage.callStore(async (remember) => {
        const sides = new Map<string, Conversation | null>(otherUserIds.map((otherUserId) => [otherUserId, null]))
        for (const side of await store.find(userId, otherUserIds)) sides.set(side.otherUserId, side)
        for (const [otherUserId, side] of sides) remember(answerName.side(userId, otherUserId), side)
        return sides
      })
    } catch (error) {
      if (!isOutage(error)) throw error
      return new Map(otherUserIds.map((otherUserId) => [otherUserId, lastSide(userId, otherUserId)]))
    }
  }

  function lastSide (userId: string, otherUserId: string): Conversation | null {
    const answer = outage.staleAnswer<Conversation | null>(answerName.side(userId, otherUserId))
    if (answer !== undefined) return answer
    if (!conversations.has(userId, otherUserId)) throw away()
    return null
  }

  function withWaiting (userId: string, otherUserId: string, side: Conversation | null): Conversation {
    outage.fromJournal(side)
    return side === null ? conversations.waitingAlone(userId, otherUserId) : conversations.withWaiting(side)
  }

  function shown (userId: string, otherUserId: string, side: Conversation | null): Conversation | null {
    return conversations.has(userId, otherUserId) ? withWaiting(userId, otherUserId, side) : side
  }

  async function list (userId: string, page: PageRequest): Promise<Page<Conversation>> {
    const others = conversations.othersOf(userId)
    const name = answerName.page(`conversations ${userId}`, page)
    const asked: { remember?: Remember } = {}
    const theirs = await outage.readList(name, async (remember) => {
      const found = await store.list(userId, page)
      for (const side of found.items) remember(answerName.side(userId, side.otherUserId), side)
      asked.remember = remember
      return found
    }, () => others.length > 0)
    if (others.length === 0) return theirs
    const ours = await find(userId, others)
    const moved = new Set(ours.map(({ conversationId }) => conversationId))
    const rest = { ...theirs, items: theirs.items.filter(({ conversationId }) => !moved.has(conversationId)) }
    const whole = mergedPage(rest, ours.filter(({ lastKey }) => lastKey !== null && (page.before === null || lastKey < page.before)), page, BY_LAST_KEY)
    // A later stale answer must not show less than this one, also once the journal has drained.
    asked.remember?.(name, whole)
    return whole
  }

  async function unreadTotal (userId: string): Promise<number> {
    const others = conversations.othersOf(userId)
    const total = await outage.readOr(answerName.unread(userId), async () => await store.unreadTotal(userId), () => others.length > 0 ? 0 : undefined)
    if (others.length === 0) return total
    const sides = await storedSides(userId, others)
    return others.reduce((sum, otherUserId) => {
      const side = sides.get(otherUserId) ?? null
      return sum + countedUnread(withWaiting(userId, otherUserId, side)) - (side === null ? 0 : countedUnread(side))
    }, total)
  }

  async function markRead (marker: ReadMarker): Promise<Timestamp> {
    return await outage.write(conversationKey(marker), async () => await store.markRead(marker), async () => {
      const { receiverId, senderId, messageKey } = marker
      const known = outage.staleAnswer<Conversation | null>(answerName.side(receiverId, senderId))
      const side = known == null ? conversations.waitingAlone(receiverId, senderId) : conversations.withWaiting(known)
      if (side.readKey !== null && side.readAt !== null && side.readKey >= messageKey) return side.readAt
      await outage.append({ kind: 'read', marker })
      return marker.readAt
    })
  }

  async function setBlocked (userId: string, otherUserId: string, blocked: boolean): Promise<Conversation> {
    return await outage.directOnly(async (remember) => {
      const side = await store.setBlocked(userId, otherUserId, blocked)
      remember(answerName.side(userId, otherUserId), side)
      return side
    }, conversationKey({ senderId: userId, receiverId: otherUserId }))
  }

  return directOnlyStore(outage, store, { find, list, unreadTotal, markRead, setBlocked })
}
