import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { byDueAt, isDue } from '#domain/payments/follow-up.js'
import type { Decision, PaymentChange } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import type { PaymentFilter } from '#domain/payments/payment-filter.js'
import type { Payment, PaymentStatus } from '#domain/payments/payment.js'
import { dayOf, type Timestamp } from '#domain/time.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { PaymentStore, Update, UpdateOptions } from '#application/ports/payment-store.js'
import { batchGet } from '../engine/batch-get.js'
import { deadline, type Database } from '../engine/database.js'
import type { DayRegister } from './day-register.js'
import { dueIds } from '../engine/due.js'
import { busy } from '../engine/errors.js'
import { allOf, compare, expression } from '../engine/expression.js'
import { paymentKey, paymentOf, providerRef, userStatus } from './payment-row.js'
import { paymentInsertion, writePayment } from './payment-write.js'
import { paymentsOfAll } from './payments-of-all.js'
import { pageOf, queryRows } from '../engine/query.js'
import { text } from '../engine/row.js'
import { transact } from '../engine/transact.js'

/** How long a change tries to be the next one while others change the same payment. */
const UPDATE_DEADLINE_MS = 3000

export class DynamoPaymentStore implements PaymentStore {
  readonly #database: Database
  readonly #days: DayRegister

  constructor (database: Database, days: DayRegister) {
    this.#database = database
    this.#days = days
  }

  async insert (decision: Decision): Promise<Insertion<Payment>> {
    const { payment } = decision
    const shards = await this.#days.shardsOf(dayOf(payment.createdAt))
    const checks = await transact(this.#database, paymentInsertion(this.#database, decision, shards))
    const row = checks?.[0]?.row
    if (row == null) return { inserted: true, stored: payment }
    const stored = paymentOf(row)
    return { inserted: stored.lease.owner === payment.lease.owner, stored }
  }

  async find (paymentId: string): Promise<Payment | null> {
    const { documents, tableNames } = this.#database
    const { Item } = await documents.send(new GetCommand({ TableName: tableNames.payments, Key: { paymentId }, ConsistentRead: true }))
    return Item === undefined ? null : paymentOf(Item)
  }

  async findMany (paymentIds: readonly string[]): Promise<readonly Payment[]> {
    const keys = [...new Set(paymentIds)].map((paymentId) => ({ paymentId }))
    return (await batchGet(this.#database, this.#database.tableNames.payments, keys)).map(paymentOf)
  }

  async findByReference (provider: string, providerReference: string): Promise<Payment | null> {
    const { documents, tableNames } = this.#database
    const [row] = await queryRows(documents, {
      TableName: tableNames.payments,
      IndexName: 'providerRef-index',
      ...expression({ key: compare('providerRef', '=', providerRef(provider, providerReference)) }),
    }, 1)
    return row === undefined ? null : await this.find(text(row, 'paymentId'))
  }

  async due (now: Timestamp, limit: number): Promise<readonly Payment[]> {
    const found = await this.findMany(await dueIds(this.#database, 'payments', now, limit))
    return found.filter((payment) => isDue(payment, now)).sort(byDueAt)
  }

  async update (paymentId: string, change: PaymentChange, { known, webhookEvent }: UpdateOptions = {}): Promise<Update> {
    const expired = deadline(this.#database, UPDATE_DEADLINE_MS)
    let current = known ?? await this.#require(paymentId)
    let isFresh = known === undefined
    do {
      const decision = isFresh ? change(current) : unlessRefused(change, current)
      if (decision !== null && (decision.payment !== current || webhookEvent !== undefined)) {
        const shards = await this.#days.shardsOf(dayOf(current.createdAt))
        const outcome = await writePayment(this.#database, current, decision, shards, webhookEvent)
        if (outcome.kind === 'written') return { ...decision, duplicate: false }
        if (outcome.kind === 'duplicate') return { payment: outcome.stored, events: [], duplicate: true }
        current = outcome.stored
      } else {
        if (decision !== null && isFresh) return { ...decision, duplicate: false }
        current = await this.#require(paymentId)
      }
      isFresh = true
    } while (!expired())
    throw busy()
  }

  async listOfUser (userId: string, status: PaymentStatus | null, page: PageRequest): Promise<Page<Payment>> {
    const { documents, tableNames } = this.#database
    const ofUser = status === null ? compare('userId', '=', userId) : compare('userStatus', '=', userStatus(userId, status))
    const rows = await queryRows(documents, {
      TableName: tableNames.payments,
      IndexName: status === null ? 'userId-createdKey-index' : 'userStatus-createdKey-index',
      ScanIndexForward: false,
      ...expression({ key: page.before === null ? ofUser : allOf(ofUser, compare('createdKey', '<', page.before)) }),
    }, page.limit + 1)
    return pageOf(rows.map(paymentOf), page, paymentKey)
  }

  async list (filter: PaymentFilter, page: PageRequest): Promise<Page<Payment>> {
    return await paymentsOfAll(this.#database, filter, page)
  }

  async #require (paymentId: string): Promise<Payment> {
    const payment = await this.find(paymentId)
    if (payment === null) throw new DomainError('not_found', 'there is no such payment')
    return payment
  }
}

/** What the caller last saw may be out of date, and with it the refusal: it counts only against a fresh state. */
function unlessRefused (change: PaymentChange, known: Payment): Decision | null {
  try {
    return change(known)
  } catch {
    return null
  }
}
