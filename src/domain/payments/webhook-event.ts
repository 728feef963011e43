import { firstTry, nextTry, type Waits } from '../retry.js'
import { DAY_MS, HOUR_MS, MINUTE_MS, type Timestamp } from '../time.js'
import type { CarrierNews } from '../shipping/carrier-news.js'
import type { ReportedFact } from './payment-fact.js'

/**
 * The states of an event.
 *
 *   received ──▶ applied    The fact is in the payment or shipment.
 *      │ ▲ └───▶ ignored    The event concerns nothing of ours.
 *      ▼ └── a try that applied nothing: the event waits until the next `dueAt`
 *   parked                  The last try applied nothing. A person replays the event, which may apply it.
 *
 * An event that can be applied when it arrives is stored as applied, and one that concerns nothing of ours as ignored.
 */
export const WEBHOOK_EVENT_STATES = ['received', 'applied', 'ignored', 'parked'] as const
export type WebhookEventState = typeof WEBHOOK_EVENT_STATES[number]

/**
 * Why an event waits or is parked.
 *
 *   payment_unknown      Its payment does not exist.
 *   payment_unreadable   The store did not answer, or only another version of the service knows the state of the payment, or the fact.
 *   too_early            It speaks of a refund or a dispute of a charge that has not succeeded yet.
 *   provider_silent      It says only that something happened, and the provider or carrier does not say what.
 *   subject_unknown      Its shipment does not exist.
 *   subject_unreadable   The store of shipments did not answer, or only another version of the service knows what the event is about.
 */
export const WAIT_REASONS = ['payment_unknown', 'payment_unreadable', 'too_early', 'provider_silent', 'subject_unknown', 'subject_unreadable'] as const
export type WaitReason = typeof WAIT_REASONS[number]

export const WEBHOOK_SUBJECTS = ['payment', 'shipment', 'room'] as const
export type WebhookSubject = typeof WEBHOOK_SUBJECTS[number]

/** An event of a provider or carrier, under the id that it gave it. */
export interface WebhookEvent {
  /** `provider#eventId` for a payment, `subject:provider#eventId` for everything else. */
  readonly eventKey: string
  /** What the event is about. Absent for a payment, in rows and journals too. */
  readonly subject?: Exclude<WebhookSubject, 'payment'>
  /** The id of what it is about, once known. Absent for a payment, which `paymentId` names. */
  readonly subjectId?: string | null
  /** The provider of the payment, the carrier of the shipment, or the provider of the room's video. */
  readonly provider: string
  readonly type: string
  readonly state: WebhookEventState
  /** Null once the event is applied or ignored. */
  readonly reason: WaitReason | null
  /** Tries after the first one, which takes place when the event arrives. */
  readonly tries: number
  /** Null for other subjects. */
  readonly paymentId: string | null
  /** The provider's reference of the payment, or a name by which the carrier knows the shipment; null when the event does not name it. */
  readonly providerReference: string | null
  /**
   * `ask`: the event says only that something happened, and a look-up says what. Null concerns nothing of ours. Events of other subjects
   * have `ask` for a version that knows payments alone: it finds no payment of the reference, and lets them wait.
   */
  readonly fact: ReportedFact | 'ask' | null
  /** What a carrier says. Present for a shipment alone. */
  readonly news?: CarrierNews
  /** SHA-256 of the signed bytes, in hex. */
  readonly digest: string
  readonly receivedAt: Timestamp
  readonly dueAt: Timestamp | null
}

/** An event that waits for its next try. */
export interface WaitingEvent extends WebhookEvent {
  readonly state: 'received'
  readonly dueAt: Timestamp
}

/** What an event is about, in words that every event has. */
export function subjectOf ({ subject, subjectId = null, paymentId }: WebhookEvent): { readonly subject: WebhookSubject, readonly subjectId: string | null } {
  return subject === undefined ? { subject: 'payment', subjectId: paymentId } : { subject, subjectId }
}

/** Null admits any, and so does a subject that is not given. */
export interface OriginFilter {
  readonly provider: string | null
  readonly subject?: WebhookSubject | null
}

/** Whether an event comes from this provider or carrier, and is about such a thing. */
export function comesFrom (event: WebhookEvent, { provider, subject = null }: OriginFilter): boolean {
  return (provider === null || event.provider === provider) && (subject === null || subjectOf(event).subject === subject)
}

const WAITS_MS: Waits = [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, DAY_MS, DAY_MS]
/** An event that merely overtook another one is applied by then. Later tries ask the provider for the missing facts. */
const TRIES_WITHOUT_ASKING = 1

/** An event that cannot be applied when it arrives. */
export function waitingEvent (event: WebhookEvent, reason: WaitReason, now: Timestamp): WaitingEvent {
  return { ...event, state: 'received', reason, dueAt: firstTry(WAITS_MS, now) }
}

export function isWaiting (event: WebhookEvent): event is WaitingEvent {
  return event.state === 'received' && event.dueAt !== null
}

/** The event after a try that applied nothing: waiting for the next one, or parked after the last. */
export function triedEvent (event: WaitingEvent, reason: WaitReason, now: Timestamp): WebhookEvent {
  const tries = event.tries + 1
  const dueAt = nextTry(WAITS_MS, tries, now)
  return { ...event, tries, reason, dueAt, state: dueAt === null ? 'parked' : 'received' }
}

/** Whether the next try asks the provider for the missing facts. */
export function asksProvider ({ tries }: WaitingEvent): boolean {
  return tries >= TRIES_WITHOUT_ASKING
}

/** Whether a person may have the event applied again. */
export function isReplayable ({ state }: WebhookEvent): boolean {
  return state === 'received' || state === 'parked'
}

export function appliedEvent (event: WebhookEvent): WebhookEvent {
  return { ...event, state: 'applied', reason: null, dueAt: null }
}

export function ignoredEvent (event: WebhookEvent): WebhookEvent {
  return { ...event, state: 'ignored', reason: null, dueAt: null }
}
