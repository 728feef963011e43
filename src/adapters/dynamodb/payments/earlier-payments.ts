import type { Payment } from '#domain/payments/payment.js'
import type { Database } from '../engine/client.js'
import { absent } from '../engine/expression.js'
import { partition, queryRows } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { EARLIER_PAYMENTS } from '../schema/migrations.js'
import { Pending } from '../schema/pending.js'
import { paymentOf } from './payment-row.js'

/** Payments of the earlier application, which lack the attributes of our indexes. */
export class EarlierPayments extends Pending {
  constructor (database: Database) {
    super(database, EARLIER_PAYMENTS)
  }

  /** All of a payer, in any order, as long as the table may hold any. */
  async ofUser (userId: string): Promise<Payment[]> {
    if (!await this.arePending()) return []
    const rows = await queryRows(this.database, { partition: partition('payments', 'userId-index', userId), filter: absent('createdKey') })
    return readable(this.database, 'payments', rows, paymentOf)
  }
}
