import type { MessageEvent } from '#domain/messages/message.js'
import { newNotification, OPERATORS, type NotificationDraft, type OptionalKind } from '#domain/notifications/notification.js'
import { waitsForShipping } from '#domain/payments/fulfillment.js'
import type { Payment } from '#domain/payments/payment.js'
import { calendarOf } from '#domain/calendar.js'
import type { ShipmentEvent } from '#domain/shipping/decision.js'
import type { PaymentEvent, PaymentEventType } from '#domain/payments/decision.js'
import { DAY_MS, dayAfter, laterBy } from '#domain/time.js'
import type { Identity } from '#application/ports/system.js'
import { isPaymentEvent, isRoomEvent, type NotificationWrite } from '#application/ports/outbox-store.js'
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

export interface NotifyPorts {
  readonly identity: Identity
  /** The time zone of a day on which a parcel arrives. */
  readonly timeZone: string
  /** Days that a seller has to ship an order; the operators hear of it after twice as many. */
  readonly shipWithinDays: number
}

/** Writes a notification for each person concerned by an event. Delivery decides later whether and how it is sent. */
export function makeNotify ({ identity, timeZone, shipWithinDays }: NotifyPorts): Effect {
  const { dayOf, startOf } = calendarOf(timeZone)
  const write = (id: readonly string[], draft: Omit<NotificationDraft, 'notificationId'>): NotificationWrite => ({
    kind: 'notification',
    notification: newNotification({ ...draft, notificationId: identity.derived('ntf', id) }),
  })

  function ofPayment (event: PaymentEvent): NotificationWrite[] {
    const { eventId, subjectId, occurredAt, data: { amount, currency } } = event
    return addresseesOf(event).map(({ kind, userId, delayMs = 0 }) =>
      write([eventId, kind, userId], { kind, userId, subjectId, amount, currency, createdAt: occurredAt, dueAt: laterBy(occurredAt, delayMs) }))
  }

  /** The seller is reminded a day after the payment and at the end of their time, the operators after twice that. Each reminder is checked again when it is due. */
  function ofOrder ({ subjectId, occurredAt, data: { sellerId, amount, currency } }: PaymentEvent): NotificationWrite[] {
    const reminders = [...new Set([1, shipWithinDays])].map((days) => ({ days, userId: sellerId })).concat({ days: 2 * shipWithinDays, userId: OPERATORS })
    return reminders.flatMap(({ days, userId }) => userId === null
      ? []
      : [write(['order_to_ship', subjectId, userId, String(days)], { kind: 'order_to_ship', userId, subjectId, amount, currency, createdAt: occurredAt, dueAt: laterBy(occurredAt, days * DAY_MS) })])
  }

  /** A parcel tells each thing once, however often its carrier does; what may happen on several days, once a day. */
  function ofShipment (event: ShipmentEvent): NotificationWrite[] {
    const { eventId, type, subjectId, occurredAt: createdAt, data: { sellerId, buyerId, direction } } = event
    if (type === 'shipment.flagged') {
      return [OPERATORS, ...(sellerId === null ? [] : [sellerId])].map((userId) => write([eventId, 'shipment_attention', userId], { kind: 'shipment_attention', userId, subjectId, createdAt }))
    }
    const kind = direction === 'return' ? RETURN_KINDS[type] : OUTBOUND_KINDS[type]
    const userId = kind === 'shipment_returned' ? sellerId : buyerId
    if (kind === undefined || userId === null) return []
    const day = dayOf(createdAt)
    const isOfADay = kind === 'shipment_out_for_delivery' || kind === 'shipment_delivery_failed'
    return [write([subjectId, kind, ...(isOfADay ? [day] : [])], {
      kind, userId, subjectId, createdAt, ...(kind === 'shipment_out_for_delivery' && { validUntil: startOf(dayAfter(day)) }),
    })]
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
    // The address alone says that something is to be shipped.
    wantsPayment: ({ type }) => type === 'payment.succeeded',
    writes: (event, payment) => {
      if (event.type === 'message.sent') return [ofMessage(event)]
      if (event.type === 'conversation.read' || isRoomEvent(event)) return []
      if (!isPaymentEvent(event)) return ofShipment(event)
      return [...ofPayment(event), ...(isToShip(event, payment) ? ofOrder(event) : [])]
    },
  }
}

function isToShip ({ type }: PaymentEvent, payment: Payment | null): boolean {
  return type === 'payment.succeeded' && payment !== null && waitsForShipping(payment)
}

const SHIPPED = 'shipment_shipped'

/** By the status that a parcel has reached. The first scan says that it is on its way, and not the label. */
const OUTBOUND_KINDS: Readonly<Partial<Record<ShipmentEvent['type'], OptionalKind>>> = {
  'shipment.handed_over': SHIPPED,
  'shipment.in_transit': SHIPPED,
  'shipment.available_for_pickup': SHIPPED,
  'shipment.out_for_delivery': 'shipment_out_for_delivery',
  'shipment.delivered': 'shipment_delivered',
  'shipment.delivery_failed': 'shipment_delivery_failed',
  'shipment.returned': 'shipment_returned',
}
/** What the buyer sends back is delivered to the seller. */
const RETURN_KINDS: typeof OUTBOUND_KINDS = { 'shipment.delivered': 'shipment_returned' }

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
