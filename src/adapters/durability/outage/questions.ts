import { conversationIdOf } from '#domain/messages/message.js'
import type { PageRequest } from '#application/ports/page.js'

/** Names under which the answers of the store are remembered. */
export function messageQuestion (messageId: string): string {
  return `message ${messageId}`
}

export function sideQuestion (userId: string, otherUserId: string): string {
  return `side ${userId} ${conversationIdOf(userId, otherUserId)}`
}

export function paymentQuestion (paymentId: string): string {
  return `payment ${paymentId}`
}

export function pageQuestion (list: string, { before, limit }: PageRequest): string {
  return `${list} page ${limit} ${before}`
}
