import type { Payment } from '#domain/payments/payment.js'
import type { Timestamp } from '#domain/time.js'

/** `degraded`: DynamoDB is away and writes go to the journal. `draining`: DynamoDB is back and the journal still holds writes. */
export const STORE_MODES = ['memory', 'dynamodb', 'degraded', 'draining'] as const
export type StoreMode = typeof STORE_MODES[number]

export interface StoreStatus {
  readonly mode: StoreMode
  readonly since: Timestamp
  /** Null without a journal, and in memory mode. */
  readonly journal: JournalStatus | null
}

/** The acknowledged writes that only the journal holds. */
export interface JournalStatus {
  readonly depth: number
  /** When the oldest of them was acknowledged. */
  readonly oldest: Timestamp | null
  readonly quarantined: number
  /** Writes carried out per second, and how long the rest takes at that rate; null while none is carried out. */
  readonly drainedPerSecond: number | null
  readonly secondsLeft: number | null
}

/** The kinds of journaled writes. `unknown`: a newer version wrote it. */
export const QUARANTINED_KINDS = [
  'message', 'read', 'webhook', 'replacement', 'intent', 'outcome', 'change', 'block', 'posting',
  'account', 'session', 'rotation', 'sign_out', 'audit', 'preferences', 'notification', 'erasure', 'streamer', 'billing', 'page', 'meter', 'channel_page', 'channel_read', 'shipment', 'shipment_address', 'api_key', 'message_report', 'unknown',
] as const

/** An acknowledged write that cannot be carried out and waits for a person. */
export interface QuarantinedWrite {
  readonly sequence: number
  readonly kind: typeof QUARANTINED_KINDS[number]
  /** Id of the message, payment, webhook event or person that the write is about; of an unknown write, its kind. */
  readonly subjectId: string
  readonly reason: string
  readonly acknowledgedAt: Timestamp
  readonly quarantinedAt: Timestamp
  /** The state of the payment to which the write leads; null for a write about something else. */
  readonly payment: QuarantinedPayment | null
}

export type QuarantinedPayment = Pick<Payment, 'status' | 'amount' | 'refundedAmount' | 'currency' | 'updatedAt'>

/** The writes in quarantine on this node, and on the other workers of its start. Each start has its own. */
export interface Quarantine {
  /** Oldest first. @throws store_unavailable */
  readonly list: () => readonly QuarantinedWrite[] | Promise<readonly QuarantinedWrite[]>
  /** Lets the write wait again; it is carried out at once where that is possible now. @throws not_found, store_unavailable */
  readonly retry: (sequence: number) => Promise<QuarantinedWrite>
  /** Ends the write for good, because a person has handled it in another way. @throws not_found, store_unavailable */
  readonly resolve: (sequence: number) => Promise<QuarantinedWrite>
}

/** The writes in quarantine on this node alone. */
export interface NodeQuarantine extends Quarantine {
  readonly list: () => readonly QuarantinedWrite[]
}
