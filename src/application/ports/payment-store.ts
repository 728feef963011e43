import type { Decision, PaymentChange } from '#domain/payments/decision.js'
import type { PaymentFilter } from '#domain/payments/payment-filter.js'
import type { OrderClaim } from '#domain/payments/order-claim.js'
import type { Payment, PaymentStatus } from '#domain/payments/payment.js'
import type { Timestamp } from '#domain/time.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Insertion } from './insertion.js'
import type { Page, PageRequest } from './page.js'

export interface InsertOptions extends OrderClaim {
  /**
   * Whether an earlier request under the same key can have gone to another provider. The insert then needs an answer of the store
   * itself, and fails in an outage. Only the caller knows the choice of providers; a store that always answers ignores this.
   */
  readonly isChoiceOpen?: boolean
}

export interface UpdateOptions {
  /** Whether the change needs an answer of the store itself, and fails in an outage: the choice of another provider, a person's decision. */
  readonly isStoreOnly?: boolean
  /** The payment as the caller knows it. It saves the read if the payment has not changed since. */
  readonly known?: Payment
  /**
   * The webhook event behind the change. The same step stores it as applied, so that the change takes place at most once for
   * it.
   */
  readonly webhookEvent?: WebhookEvent
}

export interface Update extends Decision {
  /** True when `webhookEvent` was applied before. Nothing was changed then. */
  readonly duplicate: boolean
}

/** @throws store_unavailable, store_busy from every method; see `Stores` */
export interface PaymentStore {
  /**
   * Stores a new payment, its events and its claim on the order in one step. An id that is taken by a payment of the same lease owner was
   * taken by this call, whose answer was lost: that is a success. Where another payment has the id, or else has claimed the order and
   * the options do not say what becomes of the claim, nothing is stored: `stored` is then that other payment.
   */
  insert: (decision: Decision, options?: InsertOptions) => Promise<Insertion<Payment>>

  find: (paymentId: string) => Promise<Payment | null>

  /** The payments with these ids, each once, in any order. Ids that do not exist are left out. */
  findMany: (paymentIds: readonly string[]) => Promise<readonly Payment[]>

  /** The payment that the provider knows by this reference. A reference that was stored a moment before may not be found. */
  findByReference: (provider: string, providerReference: string) => Promise<Payment | null>

  /**
   * Payments whose follow-up is due, longest due first. A payment that was taken a moment before may still be among them:
   * `takeOpen` decides.
   */
  due: (now: Timestamp, limit: number) => Promise<readonly Payment[]>

  /**
   * Applies `change` to the stored payment, and stores the result and its events in one step. When another change comes first,
   * `change` runs again on its result. A change that returns its argument writes nothing but the webhook event.
   *
   * @throws not_found
   */
  update: (paymentId: string, change: PaymentChange, options?: UpdateOptions) => Promise<Update>

  /** The payments of a user, all or those of one status, newest first. */
  listOfUser: (userId: string, status: PaymentStatus | null, page: PageRequest) => Promise<Page<Payment>>

  /**
   * The payments of all users that match, newest first. A request examines at most `EXAMINED_MAX` payments, or fewer if the adapter
   * says so: a page may hold few payments or none while `nextKey` continues the list. A walk to the end returns each payment
   * exactly once that was stored before it began and matched all the while, whatever is written meanwhile.
   */
  list: (filter: PaymentFilter, page: PageRequest) => Promise<Page<Payment>>
}
