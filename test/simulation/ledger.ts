import type { Message } from '#domain/messages/message.js'
import type { Dispute, Payment, Refund } from '#domain/payments/payment.js'
import type { UseCases } from './use-cases.js'
import type { News } from './bank-records.js'

/** What a client was told to be done, word for word: it has to be true for ever. */
export interface Acknowledged {
  readonly payments: Payment[]
  readonly refunds: Array<{ readonly paymentId: string, readonly refund: Refund }>
  readonly messages: Message[]
  readonly read: Array<{ readonly userId: string, readonly otherUserId: string, readonly messageId: string }>
  /** News of providers that were answered with success. */
  readonly news: News[]
}

/** A request that was answered, to be made once more when everybody has forgotten it. */
export interface Repeat {
  readonly key: string
  readonly run: (useCases: UseCases) => Promise<{ readonly id: string, readonly replayed: boolean }>
}

/** What became of a request that has no right to its key. */
export interface Stranger {
  /** A node without the store, which had forgotten the payment, has taken it for a new one. */
  isTaken: boolean
  /** It waits for a person. */
  isQuarantined: boolean
}

export function strangerKey ({ orderId, amount }: Pick<Payment, 'orderId' | 'amount'>): string {
  return `${orderId} for ${amount}`
}

/** What the clients remember. */
export class Ledger implements Acknowledged {
  readonly payments: Payment[] = []
  readonly refunds: Acknowledged['refunds'] = []
  readonly messages: Message[] = []
  readonly read: Acknowledged['read'] = []
  readonly news: News[] = []
  /** By key of a client: the ids of what came out under it. */
  readonly answers = new Map<string, Set<string>>()
  /** Who blocks whom, since when it was acknowledged, and as far as nobody has begun to undo it. */
  readonly blocks = new Map<string, number>()
  /** Who has ever blocked whom. */
  readonly blocked = new Set<string>()

  /** Payments whose payers have done their part, as the service has learnt it, since when. */
  readonly paid = new Map<string, number>()
  /** Ends of disputes as they were recorded: one that is opened again ends more than once. */
  readonly ends: Array<Pick<Dispute, 'status' | 'amount'> & Pick<Payment, 'currency'>> = []

  readonly repeats: Repeat[] = []
  /** The keys of all requests that pay an order. */
  readonly keysOf = new Map<string, Set<string>>()
  /** Payments whose requests say that the payer wants to pay the order once more. */
  readonly another = new Set<string>()
  /** Payments that came into the store out of a journal. */
  readonly drained = new Set<string>()
  /** When a provider last answered what it knows of a payment. */
  readonly asked = new Map<string, number>()

  /** Other requests that were sent under the key of a payment, by what they asked for. */
  readonly strangers = new Map<string, Stranger>()

  /** News that was answered as applied. */
  readonly applied = new Set<string>()
  /** News that was stored with its effect. */
  readonly effects = new Set<string>()

  answered (key: string, id: string): void {
    const ids = this.answers.get(key) ?? new Set<string>()
    this.answers.set(key, ids.add(id))
  }
}
