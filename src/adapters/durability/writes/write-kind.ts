import type { Message } from '#domain/messages/message.js'
import type { Payment } from '#domain/payments/payment.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { ReadMarker } from '#application/ports/conversation-store.js'
import type { Stores } from '#application/ports/stores.js'

/** What the journal has to know of one kind of write. `W` is the write's content, without its `kind`. */
export interface WriteKind<W> {
  /** What the write is about. Writes of one key are carried out in the order of their acknowledgement. */
  readonly key: (write: W) => string
  /** Id of the row that the write is about, as operators see it in the quarantine. */
  readonly subject: (write: W) => string
  /**
   * Brings the write into the stores. Doing so again changes nothing. Any error but `store_unavailable` and `store_busy` means that
   * the write needs a person.
   * @returns the payment as the store has it afterwards; nothing for a write that is about no payment
   * @throws Conflict
   */
  readonly carryOut: (write: W, stores: Stores, known: KnownPayments) => Promise<Payment | void>
  /** What reads show of the write while it waits in the journal. */
  readonly shown: (write: W) => Shown
  /** Converts between the write in this process and its JSON on disk. */
  readonly stored: Codec<W>
}

/** What the drain knows of payments. Memory mode, which repeats what happened, knows nothing. */
export interface KnownPayments {
  /** The payment of the write, as the write before of the same key left it in the store: it saves a read. */
  readonly latest: Payment | null
  /** A payment that was read from the store, as the writes that wait will leave it. Null in memory mode. */
  readonly newest: ((stored: Payment) => Payment) | null
}

export interface Shown {
  readonly message?: Message
  readonly marker?: ReadMarker
  readonly block?: Block
  readonly payment?: Payment
  /** The state from which the write leads to `payment`; absent where it begins the payment. */
  readonly before?: Payment
  readonly event?: WebhookEvent | null
}

export interface Block {
  readonly userId: string
  readonly otherUserId: string
  readonly blocked: boolean
}

export interface Codec<W> {
  readonly encode: (write: W) => Stored<W>
  readonly decode: (stored: Stored<W>) => W
}

/** A payment on disk has `check` for `followUp`. Version 0.1.0 wrote and reads that name. */
export type StoredPayment = Omit<Payment, 'followUp'> & { readonly check: Payment['followUp'] }

/** The shape on disk. A write that holds a payment has another one there, so `AS_IS` does not compile for it. */
export type Stored<V> =
  V extends Payment ? StoredPayment :
    V extends ReadonlyArray<infer Item> ? ReadonlyArray<Stored<Item>> :
      V extends object ? { readonly [Name in keyof V]: Stored<V[Name]> } : V

/** The codec of a write that holds no payment. Fields that this version does not know stay in it. */
export const AS_IS = { encode: <V>(value: V): V => value, decode: <V>(value: V): V => value }

/** The state in the store is not the one that the write follows. A person has to look. */
export class Conflict extends Error {
  constructor (what: string) {
    super(what)
    this.name = 'Conflict'
  }
}

/** @throws Conflict where the row under the id came from another request */
export function checkSameRequest (ours: { readonly fingerprint: string | null }, stored: { readonly fingerprint: string | null }): void {
  if (ours.fingerprint !== stored.fingerprint) throw new Conflict('another request came first under this id')
}

/** @throws Conflict where versions between the two are missing */
export function checkFollows (version: number, storedVersion: number): void {
  if (storedVersion !== version - 1) throw new Conflict(`version ${version} does not follow version ${storedVersion}`)
}
