import { DomainError } from '#domain/errors.js'
import { conversationIdOf } from '#domain/messages/message.js'
import type { Bus } from '../ports/bus.js'
import type { ConversationStore } from '../ports/conversation-store.js'
import { factIn } from './fact.js'

/** One sign of typing a conversation in this time. */
const PAUSE_MS = 3000

const TOPIC = 'typing'

/** That a person writes to another. It is worth nothing a moment later. */
export interface Typing {
  readonly conversationId: string
  /** Who writes. */
  readonly userId: string
  readonly otherUserId: string
}

export interface TypingPorts {
  readonly conversations: Pick<ConversationStore, 'find'>
  /** Between all processes. */
  readonly bells: Bus
  /** Milliseconds that only grow. */
  readonly nowMs: () => number
}

export type SendTyping = (command: { readonly userId: string, readonly otherUserId: string }) => Promise<void>

/** Shows another person that the user writes to them, where both have a conversation and the other does not block the user; else no one learns of it. @throws slow_mode */
export function makeSendTyping ({ conversations, bells, nowMs }: TypingPorts): SendTyping {
  /** When each person showed last that they write to another, the oldest first. */
  const shownMs = new Map<string, number>()

  function keepPace (conversationOfUser: string): void {
    const now = nowMs()
    for (const [key, at] of shownMs) {
      if (now - at < PAUSE_MS) break
      shownMs.delete(key)
    }
    const last = shownMs.get(conversationOfUser)
    if (last !== undefined) throw new DomainError('slow_mode', 'one sign of typing in 3 seconds', { retryAfterS: Math.ceil((last + PAUSE_MS - now) / 1000) })
    shownMs.set(conversationOfUser, now)
  }

  return async function sendTyping ({ userId, otherUserId }) {
    keepPace(`${userId} ${otherUserId}`)
    const [side] = await conversations.find(otherUserId, [userId])
    if (side === undefined || side.lastMessage === null || side.blocked) return
    const typing: Typing = { conversationId: conversationIdOf(userId, otherUserId), userId, otherUserId }
    bells.publish(TOPIC, JSON.stringify(typing))
  }
}

/** Calls `on` for each sign of typing, of whichever process it comes. */
export function followTyping (bells: Bus, on: (typing: Typing) => void): void {
  bells.subscribe(TOPIC, (message) => {
    const fact = factIn(message)
    if (isTyping(fact)) on(fact)
  })
}

function isTyping (fact: unknown): fact is Typing {
  const { conversationId, userId, otherUserId } = Object(fact) as Readonly<Record<string, unknown>>
  return [conversationId, userId, otherUserId].every((id) => typeof id === 'string')
}
