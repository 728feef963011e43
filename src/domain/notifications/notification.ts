import { nextTry, type Waits } from '../retry.js'
import { HOUR_MS, MINUTE_MS, type Timestamp } from '../time.js'
import type { Locale } from '../accounts/user.js'

/*
 * The states of a notification.
 *
 *   waiting ──▶ sent          Every wanted channel has accepted it.
 *      │ ▲ ├──▶ suppressed    The person does not want it, cannot be reached, or no longer needs it.
 *      ▼ │ └──▶ waiting       A channel failed for the moment: the next try is at `dueAt`.
 *     dead                    A channel failed for good, or all tries are used up. A person can have it retried.
 *
 * While a process sends a waiting notification, `dueAt` is the end of its lease and `version` the epoch of it.
 */

export const CHANNELS = ['email', 'sms'] as const
export type Channel = typeof CHANNELS[number]

/** Kinds about a shipment, and the reminder that there is none yet. */
export const SHIPPING_KINDS = [
  'shipment_shipped', 'shipment_out_for_delivery', 'shipment_delivered', 'shipment_delivery_failed', 'shipment_returned', 'shipment_attention', 'order_to_ship',
] as const

/** Kinds that people can turn off, each channel by itself. */
export const OPTIONAL_KINDS = [
  'payment_succeeded', 'payment_failed', 'payment_refunded', 'payment_action_required', 'payment_attention', 'message_received', ...SHIPPING_KINDS,
] as const
export type OptionalKind = typeof OPTIONAL_KINDS[number]
export type ShippingKind = typeof SHIPPING_KINDS[number]

/** Kinds that keep an account safe. They go at once to a bare address on their one channel, whatever the preferences and the hour. */
export const ACCOUNT_KINDS = ['password_reset', 'email_verification', 'password_changed', 'account_exists', 'new_address', 'email_changed', 'phone_confirmation', 'second_factor_on', 'second_factor_off'] as const
export type AccountKind = typeof ACCOUNT_KINDS[number]

/** Kinds about the service itself. They go to the operators by mail. */
export const OPERATOR_KINDS = ['error_new'] as const
export type OperatorKind = typeof OPERATOR_KINDS[number]

export const NOTIFICATION_KINDS = [...OPTIONAL_KINDS, ...ACCOUNT_KINDS, ...OPERATOR_KINDS] as const
export type NotificationKind = OptionalKind | AccountKind | OperatorKind

export const NOTIFICATION_STATES = ['waiting', 'sent', 'suppressed', 'dead'] as const
export type NotificationState = typeof NOTIFICATION_STATES[number]

/** The `userId` of notifications to the operators of the service. Ids of users hold no `#`. */
export const OPERATORS = '#operators'

/** The end of a notification on one channel. */
export interface Delivery {
  readonly state: 'sent' | 'failed'
  /** Why it failed, without addresses; null when sent. */
  readonly reason: string | null
  readonly at: Timestamp
}

/** The confidential part of a notification that goes to a bare address. It is removed as soon as the notification is sent. */
export interface Sealed {
  /** The e-mail address, or the phone number. */
  readonly to: string
  readonly locale: Locale
  /** Signs in anyone who holds it, as the link of a password reset does; null when the kind has none. */
  readonly link: string | null
  /** Confirms a phone number; absent from kinds without one, and from rows of earlier versions. */
  readonly code?: string
}

export interface Notification {
  readonly notificationId: string
  readonly userId: string
  readonly kind: NotificationKind
  /** The payment, the shipment, the sender of unread messages, the error, or the user themselves. */
  readonly subjectId: string
  /** Of the payment or refund, in minor units; null when the kind has none. */
  readonly amount: number | null
  readonly currency: string | null
  readonly sealed: Sealed | null
  /** It is of no use from then on and is not sent; null when it never expires. */
  readonly validUntil: Timestamp | null
  readonly state: NotificationState
  /** Why it was suppressed, or why the last try failed. */
  readonly reason: string | null
  /** When the next try is due; during a try the end of its lease. */
  readonly dueAt: Timestamp
  /** Failed tries. */
  readonly attempts: number
  readonly deliveries: Readonly<Partial<Record<Channel, Delivery>>>
  readonly createdAt: Timestamp
  /** Grows by one with each change, and fences late owners of the lease. */
  readonly version: number
}

export type NotificationDraft =
  & Pick<Notification, 'notificationId' | 'userId' | 'kind' | 'subjectId' | 'createdAt'>
  & Partial<Pick<Notification, 'amount' | 'currency' | 'sealed' | 'validUntil' | 'dueAt'>>

/** A notification that is due at once, unless the draft says otherwise. */
export function newNotification (draft: NotificationDraft): Notification {
  return {
    amount: null,
    currency: null,
    sealed: null,
    validUntil: null,
    dueAt: draft.createdAt,
    ...draft,
    state: 'waiting',
    reason: null,
    attempts: 0,
    deliveries: {},
    version: 1,
  }
}

/** Whether this version knows the kind. Another kind is left to the version that has stored it. */
export function isKnownKind (kind: NotificationKind): boolean {
  return NOTIFICATION_KINDS.includes(kind)
}

export function isOperatorKind (kind: NotificationKind): kind is OperatorKind {
  return (OPERATOR_KINDS as readonly NotificationKind[]).includes(kind)
}

/** Whether the subject is a shipment. */
export function isShipmentKind (kind: NotificationKind): kind is Exclude<ShippingKind, 'order_to_ship'> {
  return kind !== 'order_to_ship' && (SHIPPING_KINDS as readonly NotificationKind[]).includes(kind)
}

export function isAccountKind (kind: NotificationKind): kind is AccountKind {
  return (ACCOUNT_KINDS as readonly NotificationKind[]).includes(kind)
}

/** The channel of an account notification. */
export function accountChannel (kind: AccountKind): Channel {
  return kind === 'phone_confirmation' ? 'sms' : 'email'
}

export function isDue ({ state, dueAt }: Notification, now: Timestamp): boolean {
  return state === 'waiting' && dueAt <= now
}

/** Not due before `dueAt`: for a lease, or for quiet hours. */
export function heldUntil (notification: Notification, dueAt: Timestamp): Notification {
  return next(notification, { dueAt })
}

export function suppressed (notification: Notification, reason: string): Notification {
  return next(notification, { state: 'suppressed', reason, sealed: null })
}

/** The outcome of one attempt to send on one channel. */
export type SendOutcome =
  | { readonly kind: 'sent' }
  /** Another try may succeed. The attempt may also have succeeded without an answer. */
  | { readonly kind: 'temporary', readonly reason: string }
  /** No try will succeed. */
  | { readonly kind: 'permanent', readonly reason: string }

/** Waits in milliseconds before the second try, the third, and so on: half a day in which a recipient's server may be down. */
const WAITS_MS: Waits = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 12 * HOUR_MS]

/** A wait differs from its mean by up to this share, so that notifications that failed together are not retried together. */
const SPREAD = 0.2

/** A random number from 0 to 1: where in its spread a wait lies. */
export type Lateness = number

/**
 * The notification after an attempt on all its open channels: sent, waiting for another try on the channels that failed for the
 * moment, or dead once a channel has failed for good and no other is open.
 */
export function attempted (before: Notification, outcomes: ReadonlyMap<Channel, SendOutcome>, now: Timestamp, lateness: Lateness): Notification {
  const dueAt = nextTry(WAITS_MS, before.attempts, now, 1 - SPREAD + 2 * SPREAD * lateness)
  const deliveries: Partial<Record<Channel, Delivery>> = { ...before.deliveries }
  let reason: string | null = null
  let open = false
  for (const [channel, outcome] of outcomes) {
    if (outcome.kind === 'sent') deliveries[channel] = { state: 'sent', reason: null, at: now }
    else {
      reason = `${channel}: ${outcome.reason}`
      if (outcome.kind === 'temporary' && dueAt !== null) open = true
      else deliveries[channel] = { state: 'failed', reason: outcome.reason, at: now }
    }
  }
  const attempts = before.attempts + (reason === null ? 0 : 1)
  if (open && dueAt !== null) return next(before, { deliveries, reason, attempts, dueAt })
  const failed = Object.values(deliveries).some(({ state }) => state === 'failed')
  return failed
    ? next(before, { deliveries, attempts, state: 'dead', reason: reason ?? before.reason })
    : next(before, { deliveries, attempts, state: 'sent', reason: null, sealed: null })
}

/** A dead notification, waiting for new tries on the channels where it failed. */
export function revived (notification: Notification, now: Timestamp): Notification {
  const kept = Object.entries(notification.deliveries).filter(([, { state }]) => state !== 'failed')
  return next(notification, { state: 'waiting', dueAt: now, attempts: 0, deliveries: Object.fromEntries(kept) })
}

function next (notification: Notification, changes: Partial<Notification>): Notification {
  return { ...notification, ...changes, version: notification.version + 1 }
}
