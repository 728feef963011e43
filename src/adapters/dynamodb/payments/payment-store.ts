import { byDueAt, isDue } from '#domain/payments/follow-up.js'
import type { Decision, PaymentChange } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import type { PaymentFilter } from '#domain/payments/payment-filter.js'
import { replacedBy } from '#domain/payments/order-claim.js'
import type { Payment, PaymentStatus } from '#domain/payments/payment.js'
import { dayOf, type Timestamp } from '#domain/time.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { InsertOptions, PaymentStore, Update, UpdateOptions } from '#application/ports/payment-store.js'
import type { Database } from '../engine/client.js'
import { newestPage, pageOf } from '../engine/page.js'
import { dueRows, getRow, getRows, partition, queryRows } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { unlessRefused, untilWritten } from '../engine/retry.js'
import { text } from '../engine/row.js'
import { transact } from '../engine/write.js'
import type { DayRegister } from './day-register.js'
import type { EarlierPayments } from './earlier-payments.js'
import { claimantOf, orderClaims } from './order-claims.js'
import { paymentKey, providerRef, userStatus } from './payment-row.js'
import { paymentInsertion, writePayment } from './payment-write.js'
import { paymentsOfAll } from './payments-of-all.js'

export class DynamoPaymentStore implements PaymentStore {
  readonly #database: Database
  readonly #days: DayRegister
  readonly #earlier: EarlierPayments

  constructor (database: Database, days: DayRegister, earlier: EarlierPayments) {
    this.#database = database
    this.#days = days
    this.#earlier = earlier
  }

  async insert (decision: Decision, options: InsertOptions = {}): Promise<Insertion<Payment>> {
    const { payment } = decision
    const shards = await this.#days.shardsOf(dayOf(payment.createdAt))
    const checks = await transact(this.#database, [...paymentInsertion(this.#database, decision, shards), ...orderClaims(this.#database, payment, options)])
    if (checks === null) return { inserted: true, stored: payment }
    const row = checks[0]?.row
    if (row == null) return await this.#claimed(decision, options, claimantOf(checks))
    const stored = this.#earlier.paymentOf(row)
    return { inserted: stored.lease.owner === payment.lease.owner, stored }
  }

  /** The payment that has claimed the order. A claim that a restored table holds of a payment which is not there is free. */
  async #claimed (decision: Decision, options: InsertOptions, paymentId: string): Promise<Insertion<Payment>> {
    const stored = await this.find(paymentId)
    return stored === null ? await this.insert(decision, { ...options, replaces: [...replacedBy(options), paymentId] }) : { inserted: false, stored }
  }

  async find (paymentId: string): Promise<Payment | null> {
    const row = await getRow(this.#database, 'payments', { paymentId })
    return row === null ? null : this.#earlier.paymentOf(row)
  }

  async findMany (paymentIds: readonly string[]): Promise<readonly Payment[]> {
    const rows = await getRows(this.#database, 'payments', [...new Set(paymentIds)].map((paymentId) => ({ paymentId })))
    return readable(this.#database, 'payments', rows, this.#earlier.paymentOf)
  }

  async findByReference (provider: string, providerReference: string): Promise<Payment | null> {
    const [row] = await queryRows(this.#database, { partition: partition('payments', 'providerRef-index', providerRef(provider, providerReference)) }, 1)
    return row === undefined ? null : await this.find(text(row, 'paymentId'))
  }

  async due (now: Timestamp, limit: number): Promise<readonly Payment[]> {
    const rows = await dueRows(this.#database, 'payments', now, limit)
    return readable(this.#database, 'payments', rows, this.#earlier.paymentOf).filter((payment) => isDue(payment, now)).sort(byDueAt)
  }

  async update (paymentId: string, change: PaymentChange, { known, webhookEvent }: UpdateOptions = {}): Promise<Update> {
    let current = known ?? await this.#require(paymentId)
    let isFresh = known === undefined
    return await untilWritten(this.#database, async () => {
      const decision = isFresh ? change(current) : unlessRefused(change, current)
      if (decision !== null && (decision.payment !== current || webhookEvent !== undefined)) {
        if (current.version === 0) {
          current = await this.#written(current)
          isFresh = true
          return undefined
        }
        const shards = await this.#days.shardsOf(dayOf(current.createdAt))
        const outcome = await writePayment(this.#database, current, { ...decision, shards, webhookEvent, read: this.#earlier.paymentOf })
        if (outcome.kind === 'written') return { ...decision, duplicate: false }
        if (outcome.kind === 'duplicate') return { payment: outcome.stored, events: [], duplicate: true }
        current = outcome.stored
      } else {
        if (decision !== null && isFresh) return { ...decision, duplicate: false }
        current = await this.#require(paymentId)
      }
      isFresh = true
      return undefined
    })
  }

  async listOfUser (userId: string, status: PaymentStatus | null, page: PageRequest): Promise<Page<Payment>> {
    const ofUser = status === null
      ? partition('payments', 'userId-createdKey-index', userId)
      : partition('payments', 'userStatus-createdKey-index', userStatus(userId, status))
    // Before ours, so that one which the back-fill writes meanwhile is found there.
    const earlier = await this.#earlier.list(userId)
    const ours = await newestPage(this.#database, ofUser, page, this.#earlier.paymentOf)
    const ids = new Set(ours.items.map(({ paymentId }) => paymentId))
    const last = ours.nextKey
    const others = earlier.filter((payment) => {
      const key = paymentKey(payment)
      return (status === null || payment.status === status) && !ids.has(payment.paymentId) && (page.before === null || key < page.before) && (last === null || key > last)
    })
    if (others.length === 0) return ours
    const { items, nextKey } = pageOf([...ours.items, ...others].sort((one, other) => paymentKey(one) < paymentKey(other) ? 1 : -1), page, paymentKey)
    return { items, nextKey: nextKey ?? last }
  }

  async list (filter: PaymentFilter, page: PageRequest): Promise<Page<Payment>> {
    return await paymentsOfAll(this.#database, filter, page, await this.#earlier.list(filter.userId))
  }

  /** An earlier payment as one of ours. @throws payment_unreadable where nothing is known of its unit */
  async #written ({ paymentId }: Payment): Promise<Payment> {
    if (await this.#earlier.writeById(paymentId)) return await this.#require(paymentId)
    throw new DomainError('payment_unreadable', 'the back-fill has not written this payment of the earlier application')
  }

  async #require (paymentId: string): Promise<Payment> {
    const payment = await this.find(paymentId)
    if (payment === null) throw new DomainError('not_found', 'there is no such payment')
    return payment
  }
}
