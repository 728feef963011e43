import type { Decision } from '#domain/payments/decision.js'
import { conversationIdOf, type Message } from '#domain/messages/message.js'
import type { Payment } from '#domain/payments/payment.js'
import type { LedgerEntry, Streamer } from '#domain/streamers/streamer.js'
import type { WaitingEvent, WebhookEvent } from '#domain/payments/webhook-event.js'
import type { ReadMarker } from '#application/ports/conversation-store.js'
import { personKeyOf, type PersonWrite } from './person-write.js'

/**
 * A write that was acknowledged and lies in the journal. Each can be carried out any number of times: ids are derived or drawn
 * before, markers only move forward, and the rest names the state that it follows.
 */
export type JournaledWrite =
  | { readonly kind: 'message', readonly message: Message }
  | { readonly kind: 'read', readonly marker: ReadMarker }
  /** A webhook event that is not applied to a payment. */
  | { readonly kind: 'webhook', readonly event: WebhookEvent }
  /** A new payment, before its provider is asked. */
  | { readonly kind: 'intent', readonly decision: Decision }
  /** What was learnt of a payment on the way from one state to the other, whatever else has happened to it elsewhere meanwhile. */
  | { readonly kind: 'outcome', readonly before: Payment, readonly after: Payment, readonly event: WebhookEvent | null }
  /** Those below come from memory mode, where nobody else writes: the very next state. */
  | { readonly kind: 'change', readonly decision: Decision, readonly event: WebhookEvent | null }
  | { readonly kind: 'replacement', readonly before: WaitingEvent, readonly after: WebhookEvent }
  | { readonly kind: 'block', readonly userId: string, readonly otherUserId: string, readonly blocked: boolean }
  | { readonly kind: 'posting', readonly streamer: Streamer, readonly entry: LedgerEntry, readonly purchase: Decision | null }
  | PersonWrite

/** What a write is about: writes of one key are carried out in their order. */
export function keyOf (write: JournaledWrite): string {
  switch (write.kind) {
    case 'message': return conversationKey(write.message)
    case 'read': return conversationKey(write.marker)
    case 'block': return conversationKey({ senderId: write.userId, receiverId: write.otherUserId })
    case 'webhook': return webhookKey(write.event.eventKey)
    case 'replacement': return webhookKey(write.after.eventKey)
    case 'intent':
    case 'change': return paymentKey(write.decision.payment.paymentId)
    case 'outcome': return paymentKey(write.after.paymentId)
    case 'posting': return streamerKey(write.streamer.streamerId)
    default: return personKeyOf(write)
  }
}

export function conversationKey ({ senderId, receiverId }: Pick<Message, 'senderId' | 'receiverId'>): string {
  return `conversation ${conversationIdOf(senderId, receiverId)}`
}

export function paymentKey (paymentId: string): string {
  return `payment ${paymentId}`
}

export function webhookKey (eventKey: string): string {
  return `webhook ${eventKey}`
}

export function streamerKey (streamerId: string): string {
  return `streamer ${streamerId}`
}
