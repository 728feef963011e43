import type { PaymentFact } from './payment-fact.js'
import { DAY_MS, HOUR_MS, laterBy, MINUTE_MS, type Timestamp } from '../time.js'

/**
 * Received: waits until `dueAt` for what must come before it. Ignored: nothing of ours.
 * Parked: has waited for long enough, and a person has to look.
 */
export const WEBHOOK_EVENT_STATES = ['received', 'applied', 'ignored', 'parked'] as const
export type WebhookEventState = typeof WEBHOOK_EVENT_STATES[number]

/**
 * Why an event waits, or was parked. `payment_unknown`: its payment is not here. `payment_unreadable`: the store was away, or payment or
 * event are in a state that only another version knows. `too_early`: what it builds on has not happened. `provider_silent`: the provider does not say what happened.
 */
export const WAIT_REASONS = ['payment_unknown', 'payment_unreadable', 'too_early', 'provider_silent'] as const
export type WaitReason = typeof WAIT_REASONS[number]

/** An event that a provider has told of, under the id that the provider gave it. */
export interface WebhookEvent {
  /** `provider#eventId` */
  readonly eventKey: string
  readonly provider: string
  readonly type: string
  readonly state: WebhookEventState
  /** Null once it is applied or ignored. */
  readonly reason: WaitReason | null
  /** How often it was tried again. */
  readonly tries: number
  readonly paymentId: string | null
  /** The provider's reference of the payment, where it tells that one. */
  readonly providerReference: string | null
  /** `ask`: it says only that the provider has news. */
  readonly fact: PaymentFact | 'ask' | null
  /** Digest of the bytes that were signed. */
  readonly digest: string
  readonly receivedAt: Timestamp
  readonly dueAt: Timestamp | null
}

/** An event that is to be tried again. */
export interface WaitingEvent extends WebhookEvent {
  readonly state: 'received'
  readonly dueAt: Timestamp
}

const WAITS_MS = [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, DAY_MS, DAY_MS] as const
/** What only overtook another event has its turn by then: after that the provider is asked for what is missing. */
const TRIES_WITHOUT_ASKING = 1

/** An event that can't be applied yet. */
export function waitingEvent (event: WebhookEvent, reason: WaitReason, now: Timestamp): WaitingEvent {
  return { ...event, state: 'received', reason, dueAt: laterBy(now, WAITS_MS[0]) }
}

export function isWaiting (event: WebhookEvent): event is WaitingEvent {
  return event.state === 'received' && event.dueAt !== null
}

/** The event after one more try that has come to nothing: it waits for the next, or is parked after the last. */
export function triedEvent (event: WaitingEvent, reason: WaitReason, now: Timestamp): WebhookEvent {
  const tries = event.tries + 1
  const wait = WAITS_MS[tries]
  return wait === undefined
    ? { ...event, tries, reason, state: 'parked', dueAt: null }
    : { ...event, tries, reason, dueAt: laterBy(now, wait) }
}

export function asksProvider ({ tries }: WaitingEvent): boolean {
  return tries >= TRIES_WITHOUT_ASKING
}

export function appliedEvent (event: WebhookEvent): WebhookEvent {
  return { ...event, state: 'applied', reason: null, dueAt: null }
}

export function ignoredEvent (event: WebhookEvent): WebhookEvent {
  return { ...event, state: 'ignored', reason: null, dueAt: null }
}
