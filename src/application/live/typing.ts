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

/**
 * Counts signs of typing under a key, in all processes that share a limit. `current`: how many there are with this one; `ttl`: milliseconds
 * until the count begins anew.
 */
export type CountTyping = (key: string, windowMs: number) => Promise<{ readonly current: number, readonly ttl: number }>

export interface TypingPorts {
  readonly conversations: Pick<ConversationStore, 'find'>
  /** Between all processes. */
  readonly bells: Bus
  readonly countTyping: CountTyping
}

export type SendTyping = (command: { readonly userId: string, readonly otherUserId: string }) => Promise<void>

/** Shows another person that the user writes to them, where both have a conversation and the other does not block the user; else no one learns of it. @throws slow_mode */
export function makeSendTyping ({ conversations, bells, countTyping }: TypingPorts): SendTyping {
  return async function sendTyping ({ userId, otherUserId }) {
    const { current, ttl } = await countTyping(`${userId} ${otherUserId}`, PAUSE_MS)
    if (current > 1) throw new DomainError('slow_mode', 'one sign of typing in 3 seconds', { retryAfterS: Math.ceil(ttl / 1000) })
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
