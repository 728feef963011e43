import type { MessageEvent } from '#domain/messages/message.js'
import { newNotification, OPERATORS, type NotificationDraft, type OptionalKind } from '#domain/notifications/notification.js'
import type { PaymentEvent, PaymentEventType } from '#domain/payments/decision.js'
import { laterBy } from '#domain/time.js'
import type { Identity } from '#application/ports/system.js'
import { isPaymentEvent, type NotificationWrite } from '#application/ports/outbox-store.js'
import type { Effect } from '../effect.js'

/** Messages of one conversation within a window of this length share a notification. */
const MESSAGES_WINDOW_MS = 2 * 60_000
/**
 * Time to read the messages after the window, before the notification is sent. No event of a window comes later, unless the
 * outbox lags.
 */
const READING_MS = 60_000
/** Time for the payer to confirm a payment at their bank, before they are reminded. */
const CONFIRMING_MS = 10 * 60_000

interface Addressee {
  readonly kind: OptionalKind
  readonly userId: string
  readonly delayMs?: number
}

/** Writes a notification for each person concerned by an event. Delivery decides later whether and how it is sent. */
export function makeNotify ({ identity }: { readonly identity: Identity }): Effect {
  const write = (id: readonly string[], draft: Omit<NotificationDraft, 'notificationId'>): NotificationWrite => ({
    kind: 'notification',
    notification: newNotification({ ...draft, notificationId: identity.derived('ntf', id) }),
  })

  function ofPayment (event: PaymentEvent): NotificationWrite[] {
    const { eventId, subjectId, occurredAt, data: { amount, currency } } = event
    return addresseesOf(event).map(({ kind, userId, delayMs = 0 }) =>
      write([eventId, kind, userId], { kind, userId, subjectId, amount, currency, createdAt: occurredAt, dueAt: laterBy(occurredAt, delayMs) }))
  }

  /** All messages of a window make the same notification. */
  function ofMessage ({ occurredAt, data: { senderId, receiverId } }: MessageEvent): NotificationWrite {
    const createdAt = laterBy(occurredAt, -(Date.parse(occurredAt) % MESSAGES_WINDOW_MS))
    return write(['message_received', receiverId, senderId, createdAt], {
      kind: 'message_received', userId: receiverId, subjectId: senderId, createdAt, dueAt: laterBy(createdAt, MESSAGES_WINDOW_MS + READING_MS),
    })
  }

  return {
    name: 'notify',
    wantsPayment: () => false,
    writes: (event) => event.type === 'message.sent' ? [ofMessage(event)] : isPaymentEvent(event) ? ofPayment(event) : [],
  }
}

const PAYER_KINDS: Readonly<Partial<Record<PaymentEventType, Omit<Addressee, 'userId'>>>> = {
  'payment.succeeded': { kind: 'payment_succeeded' },
  'payment.failed': { kind: 'payment_failed' },
  'refund.succeeded': { kind: 'payment_refunded' },
  'payment.requires_action': { kind: 'payment_action_required', delayMs: CONFIRMING_MS },
}

function addresseesOf ({ type, data: { userId, sellerId } }: PaymentEvent): Addressee[] {
  const payer = PAYER_KINDS[type]
  if (payer !== undefined) return [{ ...payer, userId }]
  if (type === 'payment.flagged') return [{ kind: 'payment_attention', userId: OPERATORS }]
  if (!type.startsWith('dispute.')) return []
  return [OPERATORS, ...(sellerId === null ? [] : [sellerId])].map((receiverId) => ({ kind: 'payment_attention', userId: receiverId }))
}
