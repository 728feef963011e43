import type { Payer, TryOutcome } from '#application/payments/decline-brake.js'
import type { QuarantinedWrite } from '#application/ports/durability.js'
import type { Count } from '#adapters/http/guards/request-counts.js'
import type { Figures } from '#adapters/prometheus/summed.js'
import type { Link } from '#adapters/workers/link.js'
import type { ErrorCode } from '#domain/errors.js'

export type EndOfWrite = 'retry' | 'resolve'

/** What became of a write in quarantine. */
export type EndedWrite = { readonly write: QuarantinedWrite } | { readonly refusal: { readonly code: ErrorCode, readonly message: string } }

/** What the primary of a start does for its workers. */
export interface Primary {
  /** The worker takes requests at this address. */
  readonly ready: (url: string) => void
  readonly publish: (topic: string, message: string) => void
  readonly countRequest: (group: string, key: string, windowMs: number) => Count
  readonly takePlace: (name: string, max: number) => boolean
  readonly leavePlace: (name: string) => void
  /** The refusal of a try of a payer; none where it has begun. */
  readonly beginTry: (payer: Payer, paymentId: string) => Promise<{ readonly refusal?: { readonly message: string, readonly retryAfterS: number } }>
  readonly learnTry: (payer: Payer, outcome: TryOutcome) => Promise<void>
  readonly endTry: (payer: Payer, paymentId: string) => void
  /** The metrics of all workers. */
  readonly renderMetrics: () => Promise<{ readonly contentType: string, readonly body: string }>
  /** Of all workers, as the start numbers them. */
  readonly quarantine: () => Promise<readonly QuarantinedWrite[]>
  readonly endQuarantined: (how: EndOfWrite, sequence: number) => Promise<EndedWrite>
  /** The last figures of a worker that ends. */
  readonly leaveFigures: (figures: Figures) => true
}

/** What a worker does for the primary. */
export interface Worker {
  readonly publish: (topic: string, message: string) => void
  readonly figures: () => Promise<Figures>
  readonly quarantine: () => readonly QuarantinedWrite[]
  readonly endQuarantined: (how: EndOfWrite, sequence: number) => Promise<EndedWrite>
  /** Ends in order. */
  readonly stop: () => void
  /** Ends in order, once no write waits in the journal: another worker has its place. */
  readonly retire: () => void
}

export type ToPrimary = Link<Primary>
export type ToWorker = Link<Worker>
