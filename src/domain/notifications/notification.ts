import { nextTry, type Waits } from '../retry.js'
import { HOUR_MS, MINUTE_MS, type Timestamp } from '../time.js'
import type { Locale } from '../accounts/user.js'

export const CHANNELS = ['email', 'sms'] as const
export type Channel = typeof CHANNELS[number]

/** What people may do without, by whatever channel. */
export const OPTIONAL_KINDS = [
  'payment_succeeded', 'payment_failed', 'payment_refunded', 'payment_action_required', 'payment_attention', 'message_received',
] as const
export type OptionalKind = typeof OPTIONAL_KINDS[number]

/** What keeps an account safe: told by e-mail at once, whatever the preferences and the hour. */
export const ACCOUNT_KINDS = ['password_reset', 'email_verification', 'password_changed', 'account_exists'] as const
export type AccountKind = typeof ACCOUNT_KINDS[number]

export const NOTIFICATION_KINDS = [...OPTIONAL_KINDS, ...ACCOUNT_KINDS] as const
export type NotificationKind = OptionalKind | AccountKind

export const NOTIFICATION_STATES = ['waiting', 'sent', 'suppressed', 'dead'] as const
export type NotificationState = typeof NOTIFICATION_STATES[number]

/** The operators of the service, in the place of a user: no id of a user has this sign. */
export const OPERATORS = '#operators'

/** How a notification ended on one channel. */
export interface Delivery {
  readonly state: 'sent' | 'failed'
  /** Why it failed, without addresses. */
  readonly reason: string | null
  readonly at: Timestamp
}

/** What nobody else may know, of a notification that goes to an address and not to a user. */
export interface Sealed {
  readonly to: string
  readonly locale: Locale
  /** Lets in whoever has it, as the link of a reset does. */
  readonly link: string | null
}

export interface Notification {
  readonly notificationId: string
  readonly userId: string
  readonly kind: NotificationKind
  /** The payment that it is about, the person whose messages wait, or the user himself. */
  readonly subjectId: string
  /** Of the payment or refund, in minor units, beside its currency. */
  readonly amount: number | null
  readonly currency: string | null
  /** It goes as soon as the notification is sent. */
  readonly sealed: Sealed | null
  /** Not to be sent from then on, where it is of no use any more. */
  readonly validUntil: Timestamp | null
  readonly state: NotificationState
  /** Why it was suppressed, or has failed last. */
  readonly reason: string | null
  /** When it is to be looked at; while somebody sends it, the end of his lease. */
  readonly dueAt: Timestamp
  /** Tries that have failed. */
  readonly attempts: number
  readonly deliveries: Readonly<Partial<Record<Channel, Delivery>>>
  readonly createdAt: Timestamp
  /** Grows by one with each change: what was decided by an earlier holder of the lease can't be stored any more. */
  readonly version: number
}

export type NotificationDraft =
  & Pick<Notification, 'notificationId' | 'userId' | 'kind' | 'subjectId' | 'createdAt'>
  & Partial<Pick<Notification, 'amount' | 'currency' | 'sealed' | 'validUntil' | 'dueAt'>>

/** A notification that is due at once, unless told otherwise. */
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

export function isAccountKind (kind: NotificationKind): kind is AccountKind {
  return (ACCOUNT_KINDS as readonly NotificationKind[]).includes(kind)
}

export function isDue ({ state, dueAt }: Notification, now: Timestamp): boolean {
  return state === 'waiting' && dueAt <= now
}

/** Keeps others away until then: a lease, or an hour at which nobody is disturbed. */
export function heldUntil (notification: Notification, dueAt: Timestamp): Notification {
  return next(notification, { dueAt })
}

/** Nothing is to be sent. */
export function suppressed (notification: Notification, reason: string): Notification {
  return next(notification, { state: 'suppressed', reason, sealed: null })
}

/** How an attempt to send ended, in the terms of all channels. */
export type SendOutcome =
  | { readonly kind: 'sent' }
  /** It may succeed another time, or has taken place without our knowing. */
  | { readonly kind: 'temporary', readonly reason: string }
  /** It will never succeed. */
  | { readonly kind: 'permanent', readonly reason: string }

/**
 * The notification after an attempt on all channels that were still open: sent, to be tried again on those that failed
 * for the moment, or dead once one has failed for good and no other is open.
 */
export function attempted (before: Notification, outcomes: ReadonlyMap<Channel, SendOutcome>, now: Timestamp, lateness: Lateness): Notification {
  const delayMs = retryDelayMs(before.attempts, lateness)
  const deliveries: Partial<Record<Channel, Delivery>> = { ...before.deliveries }
  let reason: string | null = null
  let open = false
  for (const [channel, outcome] of outcomes) {
    if (outcome.kind === 'sent') deliveries[channel] = { state: 'sent', reason: null, at: now }
    else {
      reason = `${channel}: ${outcome.reason}`
      if (outcome.kind === 'temporary' && delayMs !== null) open = true
      else deliveries[channel] = { state: 'failed', reason: outcome.reason, at: now }
    }
  }
  const attempts = before.attempts + (reason === null ? 0 : 1)
  if (open && delayMs !== null) return next(before, { deliveries, reason, attempts, dueAt: laterBy(now, delayMs) })
  const failed = Object.values(deliveries).some(({ state }) => state === 'failed')
  return failed
    ? next(before, { deliveries, attempts, state: 'dead', reason: reason ?? before.reason })
    : next(before, { deliveries, attempts, state: 'sent', reason: null, sealed: null })
}

/** A dead notification, to be tried anew where it has failed. */
export function revived (notification: Notification, now: Timestamp): Notification {
  const sent = Object.entries(notification.deliveries).filter(([, { state }]) => state === 'sent')
  return next(notification, { state: 'waiting', dueAt: now, attempts: 0, deliveries: Object.fromEntries(sent) })
}

function next (notification: Notification, changes: Partial<Notification>): Notification {
  return { ...notification, ...changes, version: notification.version + 1 }
}
