import { isAccountKind, isOperatorKind, isShipmentKind, OPERATORS, type Notification, type NotificationKind } from '#domain/notifications/notification.js'
import { liveAction } from '#domain/payments/offer.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Timestamp } from '#domain/time.js'
import { waitsForShipping } from '#domain/payments/fulfillment.js'
import type { Shipment, ShipmentStatus } from '#domain/shipping/shipment.js'
import type { NotificationContent, ShipmentContent } from '../ports/notification-channels.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { ShipmentStore } from '../ports/shipment-store.js'
import type { UserStore } from '../ports/account-stores.js'
import type { Subscription } from './notification-preferences.js'
import type { Recipient } from './recipient.js'
import type { makeUnread, Unread } from './unread.js'

export interface SubjectPorts {
  readonly payments: PaymentStore
  readonly shipments: Pick<ShipmentStore, 'find'>
  readonly unread: ReturnType<typeof makeUnread>
  /** How long payers have to pay where the request did not say. */
  readonly abandonMs: number
}

/** The present state of what a notification is about, or the reason why it need not be sent any more. */
export type Subject = string | Facts

const NO_SUBJECT: Facts = { payment: null, shipment: null }

/** Of a parcel that has gone on since, these say nothing new. */
const OF_NOW: Readonly<Partial<Record<NotificationKind, ShipmentStatus>>> = { shipment_out_for_delivery: 'out_for_delivery', shipment_delivery_failed: 'delivery_failed' }

export function makeFindSubject ({ payments, shipments, unread, abandonMs }: SubjectPorts) {
  return async function findSubject (notification: Notification, now: Timestamp): Promise<Subject> {
    const { kind, validUntil } = notification
    if (validUntil !== null && validUntil <= now) return 'expired'
    if (kind === 'message_received') return await unread.obsolete(notification) ?? NO_SUBJECT
    if (isAccountKind(kind) || isOperatorKind(kind)) return NO_SUBJECT
    return isShipmentKind(kind) ? await shipmentOf(notification) : await paymentOf(notification, now)
  }

  async function shipmentOf ({ kind, subjectId }: Notification): Promise<Subject> {
    const shipment = await shipments.find(subjectId)
    if (shipment === null) return 'there is no such shipment'
    const status = OF_NOW[kind]
    if (status !== undefined && shipment.status !== status) return 'the parcel has gone on'
    if (kind === 'shipment_attention' && shipment.flags.length === 0) return 'it needs no attention any more'
    return { payment: await payments.find(shipment.paymentId), shipment }
  }

  async function paymentOf ({ kind, subjectId }: Notification, now: Timestamp): Promise<Subject> {
    const payment = await payments.find(subjectId)
    if (payment === null) return 'there is no such payment'
    if (kind === 'payment_action_required' && (payment.status !== 'requires_action' || liveAction(payment, now, abandonMs) === null)) return 'no action is required any more'
    if (kind === 'order_to_ship' && !waitsForShipping(payment)) return 'nothing is left to ship'
    return { payment, shipment: null }
  }
}

export interface ContentPorts {
  readonly users: Pick<UserStore, 'find'>
  /** The base of the pages of the app to which links lead; null makes no such links. */
  readonly appUrl: string | null
  /** A page that ends the mails of a kind without a sign-in. */
  readonly unsubscribeUrl: (subscription: Subscription) => string
}

/** What a notification is about; null for what it is not about. */
export interface Facts {
  readonly payment: Payment | null
  readonly shipment: Shipment | null
}

/** The values for the texts of a notification. */
export function makeContentOf ({ users, appUrl, unsubscribeUrl }: ContentPorts) {
  return async function contentOf (notification: Notification, { payment, shipment, unread }: Facts & { readonly unread: Unread | null }, { name, locale }: Recipient): Promise<NotificationContent> {
    const { kind, userId, subjectId, amount, currency, sealed, createdAt } = notification
    return {
      kind,
      locale,
      name,
      money: amount === null || currency === null ? null : { amount, currency },
      orderId: payment?.orderId ?? null,
      paymentId: payment?.paymentId ?? null,
      senderName: kind === 'message_received' ? await nameOf(subjectId) : null,
      count: unread?.messages ?? 0,
      conversations: unread?.conversations ?? 1,
      cause: payment === null ? null : causeOf(payment, createdAt),
      shipment: shipment === null ? null : shipmentContent(shipment),
      code: sealed?.code ?? null,
      errorId: isOperatorKind(kind) ? subjectId : null,
      link: sealed === null ? linkTo(notification, payment, unread) : sealed.link,
      unsubscribeUrl: isAccountKind(kind) || isOperatorKind(kind) || userId === OPERATORS ? null : unsubscribeUrl({ userId, kind }),
    }
  }

  /** Where the recipient goes on. Operators have no page in the app. */
  function linkTo ({ kind, userId, subjectId }: Notification, payment: Payment | null, unread: Unread | null): string | null {
    const action = payment?.nextAction ?? null
    if (kind === 'payment_action_required' && action !== null) return action.url
    if (appUrl === null || userId === OPERATORS) return null
    if (payment !== null) return `${appUrl}/payments/${encodeURIComponent(payment.paymentId)}`
    return unread?.conversations === 1 ? `${appUrl}/messages/${encodeURIComponent(subjectId)}` : `${appUrl}/messages`
  }

  /** A user without a name is shown by their id. */
  async function nameOf (userId: string): Promise<string> {
    const user = await users.find(userId)
    return user === null || user.name === '' ? userId : user.name
  }
}

function shipmentContent ({ shipmentId, carrierName: carrier, trackingNumber, events, flags }: Shipment): ShipmentContent {
  return { shipmentId, carrier, trackingNumber, failure: events.findLast(({ kind }) => kind === 'delivery_failed')?.text ?? null, flag: flags.at(-1) ?? null }
}

/** An open dispute comes first, because it has to be answered in time. Then what happened when the notification was made. */
function causeOf ({ disputes, causes }: Payment, createdAt: Timestamp): NotificationContent['cause'] {
  if (disputes.some(({ status }) => status === 'open')) return 'open'
  return causes.some(({ at }) => at === createdAt) ? 'flag' : disputes.at(-1)?.status ?? 'flag'
}
