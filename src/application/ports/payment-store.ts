import type { Decision, PaymentChange } from '#domain/payments/decision.js'
import type { PaymentFilter } from '#domain/payments/payment-filter.js'
import type { Payment, PaymentStatus } from '#domain/payments/payment.js'
import type { Timestamp } from '#domain/time.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Insertion } from './insertion.js'
import type { Page, PageRequest } from './page.js'

export interface InsertOptions {
  /**
   * Whether an earlier request under the same key can have gone to another provider. The insert then needs an answer of the store
   * itself, and fails in an outage. Only the caller knows the choice of providers; a store that always answers ignores this.
   */
  readonly isChoiceOpen?: boolean
}

export interface UpdateOptions {
  /** The payment as the caller last saw it: saves the read where it is still so. */
  readonly known?: Payment
  /** Recorded as applied in the same step as the change, which happens at most once for it. */
  readonly webhookEvent?: WebhookEvent
}

export interface Update extends Decision {
  /** True when `webhookEvent` had been applied before; nothing is changed then. */
  readonly duplicate: boolean
}

/**
 * Payments. What comes back is safe from later changes by either side.
 * Every method may throw `store_unavailable`: whether a write took place is then unknown, and the same call may be made again.
 */
export interface PaymentStore {
  /**
   * Stores a new payment and its events in one step. An id that is taken by a payment of the same lease owner
   * is this very call, whose answer was lost: that is a success too.
   */
  insert: (decision: Decision, options?: InsertOptions) => Promise<Insertion<Payment>>

  find: (paymentId: string) => Promise<Payment | null>

  /** The payments with these ids, each once, in any order; those that do not exist are left out. */
  findMany: (paymentIds: readonly string[]) => Promise<readonly Payment[]>

  /** The payment that a provider knows by this reference. One that got it only now may not be found yet. */
  findByReference: (provider: string, providerReference: string) => Promise<Payment | null>

  /**
   * Payments whose check is due by `now`, those that have been due for longest first. One that became due a moment ago may be
   * missing, and one that was taken a moment ago may still be among them: the taking decides.
   */
  due: (now: Timestamp, limit: number) => Promise<readonly Payment[]>

  /**
   * Applies `change` to the payment as it stands and stores the result with its events in one step, if no other change
   * came between; else begins again. A change that returns the payment it was given writes nothing but the webhook event.
   * What `change` throws comes out as it is, and nothing is written.
   * @throws not_found
   */
  update: (paymentId: string, change: PaymentChange, options?: UpdateOptions) => Promise<Update>

  /** A user's payments, all or those of one status. */
  listOfUser: (userId: string, status: PaymentStatus | null, page: PageRequest) => Promise<Page<Payment>>

  /**
   * Everybody's payments that match, newest first. A page is full unless the work of one request is used up before
   * (1,000 rows, or what the adapter documents): it then holds few payments or none, and `nextKey` carries on where the
   * search stopped. Null says that nothing is left. A walk to the end finds each payment that was stored before it began,
   * and matched all the while, exactly once, whatever is written meanwhile. A store whose indexes lag behind its writes
   * may miss what was stored a moment before.
   */
  list: (filter: PaymentFilter, page: PageRequest) => Promise<Page<Payment>>
}
