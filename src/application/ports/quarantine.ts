import type { Timestamp } from '#domain/time.js'

export const QUARANTINED_KINDS = [
  'message', 'read', 'webhook', 'replacement', 'intent', 'outcome', 'change', 'block', 'posting',
  'account', 'session', 'rotation', 'sign_out', 'audit', 'preferences', 'notification',
] as const

/** A write that was acknowledged in an outage and can't be carried out as things are, until a person has looked. */
export interface QuarantinedWrite {
  readonly sequence: number
  readonly kind: typeof QUARANTINED_KINDS[number]
  /** Id of the message, payment, webhook event or person that it is about. */
  readonly subjectId: string
  readonly reason: string
  readonly acknowledgedAt: Timestamp
  readonly quarantinedAt: Timestamp
}

/** What could not be carried out of this node's journal; each node has its own. */
export interface Quarantine {
  /** Oldest first. */
  readonly list: () => readonly QuarantinedWrite[]
  /** Lets the write wait again, to be tried at once. @throws not_found, store_unavailable */
  readonly retry: (sequence: number) => Promise<QuarantinedWrite>
  /** Ends the write for good: a person has seen to it in another way. @throws not_found, store_unavailable */
  readonly resolve: (sequence: number) => Promise<QuarantinedWrite>
}
