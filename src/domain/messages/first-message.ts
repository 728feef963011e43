import { DomainError } from '../errors.js'
import { dayAfter, dayOf, secondsUntil, startOfDay, type Timestamp } from '../time.js'
import type { Message } from './message.js'

/**
 * The counter of the conversations that a person begins within a day of UTC, whose first message is to a person who has never written to
 * them, and the moment from which on it is not asked for.
 */
export function firstMessagesOf ({ senderId, createdAt }: Message): { readonly key: string, readonly expiresAt: Timestamp } {
  const day = dayOf(createdAt)
  return { key: `first messages ${senderId} ${day}`, expiresAt: startOfDay(dayAfter(day)) }
}

export function tooManyFirstMessages (message: Message): DomainError {
  const { expiresAt } = firstMessagesOf(message)
  return new DomainError('too_many_first_messages', 'you have begun as many conversations as a day allows; answers and begun conversations go on',
    { retryAfterS: secondsUntil(expiresAt, message.createdAt) })
}
