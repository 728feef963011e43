import { randomUUID } from 'node:crypto'
import { created } from '#domain/payments/decision.js'
import { PAYMENT_STATUSES, type Payment } from '#domain/payments/payment.js'
import { dayOf } from '#domain/time.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, compare, expression, present } from '../engine/expression.js'
import { getRow, partition, queryRows } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { untilWritten } from '../engine/retry.js'
import type { Row } from '../engine/row.js'
import { transact } from '../engine/write.js'
import { outboxItems } from '../outbox/outbox-store.js'
import { lackingRows } from '../schema/backfill.js'
import { EARLIER_PAYMENTS } from '../schema/migrations.js'
import { Pending } from '../schema/pending.js'
import type { DayRegister } from './day-register.js'
import { NO_MAPPING, type EarlierMapping } from './earlier-mapping.js'
import { earlierReader, isEarlier } from './earlier-payment.js'
import { paymentKey, paymentOf, paymentRow } from './payment-row.js'

/** How much of the table is looked through for the lists of all users: some thousand rows for each request. */
const REQUESTS_MAX = 4
/** How long what was found there is shown. */
const FOUND_MS = 10 * 60_000

/**
 * Payments of the earlier application. Until the back-fill has written them they lack the attributes of our indexes: those of a user
 * are found by an index of that application, those of all users by looking through the beginning of the table now and then.
 */
export class EarlierPayments extends Pending {
  /** A payment of ours, or of the earlier application. */
  readonly paymentOf: (row: Row) => Payment
  readonly #days: DayRegister
  #found: Promise<Payment[]> = Promise.resolve([])
  #lookAgainAt = -Infinity

  constructor (database: Database, days: DayRegister, mapping: EarlierMapping = NO_MAPPING) {
    super(database, EARLIER_PAYMENTS)
    this.#days = days
    const earlierPaymentOf = earlierReader(mapping)
    this.paymentOf = (row) => isEarlier(row) ? earlierPaymentOf(row) : paymentOf(row)
  }

  /** Those that are not written yet, of one user or of all, newest first. */
  async list (userId: string | null): Promise<readonly Payment[]> {
    if (!await this.arePending()) return []
    return userId === null ? await this.#ofAll() : this.#sorted(await this.#rowsOf(userId))
  }

  async #rowsOf (userId: string): Promise<Row[]> {
    return await queryRows(this.database, { partition: partition('payments', 'userId-index', userId), filter: absent('createdKey') })
  }

  async #ofAll (): Promise<readonly Payment[]> {
    const { now } = this.database
    if (now() >= this.#lookAgainAt) {
      this.#lookAgainAt = now() + FOUND_MS
      this.#found = this.#look()
      this.#found.catch(() => { this.#lookAgainAt = -Infinity })
    }
    return await this.#found
  }

  async #look (): Promise<Payment[]> {
    const found: Row[] = []
    let position: Row | null = null
    for (let request = 0; request < REQUESTS_MAX; request++) {
      const { rows, next } = await lackingRows(this.database, { table: 'payments', lacking: 'createdKey', position })
      found.push(...rows)
      position = next
      if (position === null) break
    }
    return this.#sorted(found)
  }

  #sorted (rows: readonly Row[]): Payment[] {
    return readable(this.database, 'payments', rows, this.paymentOf).sort((one, other) => paymentKey(one) < paymentKey(other) ? 1 : -1)
  }

  /** Writes an earlier payment as `write` does. False where it stays as it is, or there is none. @throws UnreadableRow */
  async writeById (paymentId: string): Promise<boolean> {
    const row = await getRow(this.database, 'payments', { paymentId })
    return row !== null && await this.write(row)
  }

  /**
   * Writes an earlier payment as one of ours, with the event by which statistics count and searches find it, in one step and once. What the row held in
   * place of our attributes stays in its mark. False where it stays as it is: its unit is assumed, or nothing says what its status means.
   *
   * @throws UnreadableRow
   */
  async write (row: Row): Promise<boolean> {
    let stored = row
    return await untilWritten(this.database, async () => {
      const earlier = this.paymentOf(stored)
      if (earlier.version > 0) return true
      if (earlier.earlier?.amountAssumed !== false || !PAYMENT_STATUSES.includes(earlier.status)) return false
      const checks = await transact(this.database, await this.#insertion(earlier, stored))
      if (checks === null) return true
      const [payment] = checks
      // A row that is gone was deleted by hand.
      if (payment?.row == null) return true
      stored = payment.row
      return undefined
    })
  }

  async #insertion (earlier: Payment, row: Row) {
    const payment: Payment = { ...earlier, version: 1 }
    const shards = await this.#days.shardsOf(dayOf(payment.createdAt))
    const next = paymentRow(payment, randomUUID(), shards)
    const replaced = Object.fromEntries(Object.entries(row).filter(([attribute, value]) => next[attribute] !== value))
    // The event is one of now, so that it does not look as if it had waited for years.
    const { events } = created({ ...payment, updatedAt: new Date().toISOString() })
    const { status } = row
    return [
      {
        Put: {
          TableName: this.database.tableNames.payments,
          Item: { ...next, earlier: { ...payment.earlier, row: replaced } },
          ...expression({ condition: allOf(present('paymentId'), absent('createdKey'), typeof status === 'string' ? compare('status', '=', status) : present('paymentId')) }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
        },
      },
      ...outboxItems(this.database, events),
    ]
  }
}
