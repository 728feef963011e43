import type { PaymentFact } from './payment-fact.js'
import type { Timestamp } from './time.js'

/** An event that a provider has told of, under the id that the provider gave it. */
export interface WebhookEvent {
  /** `provider#eventId` */
  readonly eventKey: string
  readonly provider: string
  readonly type: string
  /** Received: waits until `dueAt` for what must come before it. Ignored: nothing of ours. */
  readonly state: 'received' | 'applied' | 'ignored'
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
