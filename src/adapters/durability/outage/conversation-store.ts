import type { Conversation } from '#domain/messages/conversation.js'
import type { Timestamp } from '#domain/time.js'
import type { ConversationStore, ReadMarker } from '#application/ports/conversation-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Fallback, Remember } from './outage.js'
import { guarded } from './guarded.js'
import { conversationKey } from '../journaled-write.js'
import { merged } from './merged.js'
import { pageQuestion, sideQuestion } from './questions.js'
import { away, isOutage } from './store-health.js'

const BY_LAST_KEY = { idOf: ({ conversationId }: Conversation) => conversationId, keyOf: ({ lastKey }: Conversation) => String(lastKey) }

/** Conversations with what the journal adds to them. Reading marks is never held up; blocking is, because others have to know of it. */
export function fallbackConversationStore (fallback: Fallback, store: ConversationStore): ConversationStore {
  const { conversations } = fallback.overlay

  async function find (userId: string, otherUserIds: readonly string[]): Promise<readonly Conversation[]> {
    const sides = await base(userId, otherUserIds)
    return otherUserIds.map((otherUserId) => onTop(userId, otherUserId, sides.get(otherUserId) ?? null)).filter((side) => side !== null)
  }

  /** The store's sides, null where there is none; as they were last known where it is away. @throws store_unavailable for one that is not known at all */
  async function base (userId: string, otherUserIds: readonly string[]): Promise<Map<string, Conversation | null>> {
    try {
      return await fallback.asked(async (remember) => {
        const sides = new Map<string, Conversation | null>(otherUserIds.map((otherUserId) => [otherUserId, null]))
        for (const side of await store.find(userId, otherUserIds)) sides.set(side.otherUserId, side)
        for (const [otherUserId, side] of sides) remember(sideQuestion(userId, otherUserId), side)
        return sides
      })
    } catch (error) {
      if (!isOutage(error)) throw error
      return new Map(otherUserIds.map((otherUserId) => [otherUserId, knownSide(userId, otherUserId)]))
    }
  }

  function knownSide (userId: string, otherUserId: string): Conversation | null {
    const known = fallback.known<Conversation | null>(sideQuestion(userId, otherUserId))
    if (known !== undefined) return known
    if (!conversations.has(userId, otherUserId)) throw away()
    return null
  }

  function topped (userId: string, otherUserId: string, side: Conversation | null): Conversation {
    fallback.pending(side)
    return side === null ? conversations.alone(userId, otherUserId) : conversations.onTopOf(side)
  }

  function onTop (userId: string, otherUserId: string, side: Conversation | null): Conversation | null {
    return conversations.has(userId, otherUserId) ? topped(userId, otherUserId, side) : side
  }

  async function list (userId: string, page: PageRequest): Promise<Page<Conversation>> {
    const others = conversations.othersOf(userId)
    const question = pageQuestion(`conversations ${userId}`, page)
    const asked: { remember?: Remember } = {}
    const theirs = await fallback.askList(question, async (remember) => {
      const found = await store.list(userId, page)
      for (const side of found.items) remember(sideQuestion(userId, side.otherUserId), side)
      asked.remember = remember
      return found
    }, () => others.length > 0)
    if (others.length === 0) return theirs
    const ours = await find(userId, others)
    const moved = new Set(ours.map(({ conversationId }) => conversationId))
    const rest = { ...theirs, items: theirs.items.filter(({ conversationId }) => !moved.has(conversationId)) }
    const whole = merged(rest, ours.filter(({ lastKey }) => lastKey !== null && (page.before === null || lastKey < page.before)), page, BY_LAST_KEY)
    // Whoever is answered by it in an outage, when the journal has drained, does not see less than now.
    asked.remember?.(question, whole)
    return whole
  }

  async function unreadTotal (userId: string): Promise<number> {
    const others = conversations.othersOf(userId)
    const total = await fallback.askOr(`unread ${userId}`, async () => await store.unreadTotal(userId), () => others.length > 0 ? 0 : undefined)
    if (others.length === 0) return total
    const sides = await base(userId, others)
    return others.reduce((sum, otherUserId) => {
      const side = sides.get(otherUserId) ?? null
      return sum + topped(userId, otherUserId, side).unread - (side?.unread ?? 0)
    }, total)
  }

  async function markRead (marker: ReadMarker): Promise<Timestamp> {
    return await fallback.write(conversationKey(marker), async () => await store.markRead(marker), async () => {
      const { receiverId, senderId, messageKey } = marker
      const known = fallback.known<Conversation | null>(sideQuestion(receiverId, senderId))
      const side = known == null ? conversations.alone(receiverId, senderId) : conversations.onTopOf(known)
      if (side.readKey !== null && side.readAt !== null && side.readKey >= messageKey) return side.readAt
      await fallback.record({ kind: 'read', marker })
      return marker.readAt
    })
  }

  async function setBlocked (userId: string, otherUserId: string, blocked: boolean): Promise<Conversation> {
    return await fallback.only(async (remember) => {
      const side = await store.setBlocked(userId, otherUserId, blocked)
      remember(sideQuestion(userId, otherUserId), side)
      return side
    }, conversationKey({ senderId: userId, receiverId: otherUserId }))
  }

  return guarded(fallback, store, { find, list, unreadTotal, markRead, setBlocked })
}
