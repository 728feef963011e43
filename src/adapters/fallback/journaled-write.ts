import type { Decision } from '../../domain/decision.js'
import { DomainError } from '../../domain/errors.js'
import { concludeCharge } from '../../domain/lease.js'
import { conversationIdOf, type Message } from '../../domain/message.js'
import type { Payment } from '../../domain/payment.js'
import { factsOf, settleAll } from '../../domain/settlement.js'
import type { Timestamp } from '../../domain/time.js'
import type { WebhookEvent } from '../../domain/webhook-event.js'
import type { ReadMarker } from '../../application/ports/conversation-store.js'
import type { Persistence } from '../../application/ports/persistence.js'

/**
 * A write that was acknowledged while the store was away. Each can be carried out any number of times and after whatever happened
 * meanwhile, because ids are derived or drawn before, markers only move forward, and facts of providers settle in any order.
 */
export type JournaledWrite =
  | { readonly kind: 'message', readonly message: Message }
  | { readonly kind: 'read', readonly marker: ReadMarker }
  | { readonly kind: 'webhook', readonly event: WebhookEvent }
  /** A new payment, before its provider is asked. */
  | { readonly kind: 'intent', readonly decision: Decision }
  /** A payment after its provider was asked: what he said is told by its state. */
  | { readonly kind: 'outcome', readonly payment: Payment }

/** What a write is about: writes of one key are carried out in their order. */
export function keyOf (write: JournaledWrite): string {
  switch (write.kind) {
    case 'message': return conversationKey(write.message)
    case 'read': return conversationKey(write.marker)
    case 'webhook': return `webhook ${write.event.eventKey}`
    case 'intent': return paymentKey(write.decision.payment.paymentId)
    case 'outcome': return paymentKey(write.payment.paymentId)
  }
}

export function conversationKey ({ senderId, receiverId }: Pick<Message, 'senderId' | 'receiverId'>): string {
  return `conversation ${conversationIdOf(senderId, receiverId)}`
}

export function paymentKey (paymentId: string): string {
  return `payment ${paymentId}`
}

/**
 * Carries the write out. What throws anything but `store_unavailable` and `store_busy` can't be carried out as things are:
 * a person has to look.
 */
export async function carryOut (write: JournaledWrite, { messages, conversations, payments, webhookEvents }: Persistence, now: Timestamp): Promise<void> {
  switch (write.kind) {
    case 'message': return checkSame(write.message, (await messages.insert(write.message)).stored)
    case 'read': await conversations.markRead(write.marker); return
    case 'webhook': await webhookEvents.insert(write.event); return
    case 'intent': return checkSame(write.decision.payment, (await payments.insert(write.decision)).stored)
    case 'outcome': {
      const { payment } = write
      await payments.update(payment.paymentId,
        (current) => concludeCharge(current, settleAll(current, factsOf(payment), now), payment.lease.owner, now))
    }
  }
}

/** Whether what stands under the id came from the same request. @throws idempotency_key_reused */
function checkSame (ours: { readonly fingerprint: string | null }, stored: { readonly fingerprint: string | null }): void {
  if (ours.fingerprint !== stored.fingerprint) throw new DomainError('idempotency_key_reused', 'another request came first under this key')
}
