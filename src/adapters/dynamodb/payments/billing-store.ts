import { PutCommand } from '@aws-sdk/lib-dynamodb'
import type { BillingRecord } from '#domain/payments/billing.js'
import type { Address } from '#domain/payments/payment.js'
import type { BillingStore } from '#application/ports/billing-store.js'
import type { Database } from '../engine/client.js'
import { absent, expression } from '../engine/expression.js'
import { getRow } from '../engine/read.js'
import { keeping, mapOrNull, secondsOf, text, textOrNull } from '../engine/row.js'
import { writeIf } from '../engine/write.js'

export class DynamoBillingStore implements BillingStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async keep (record: BillingRecord): Promise<void> {
    const { documents, tableNames } = this.#database
    await writeIf(this.#database, async () => await documents.send(new PutCommand({
      TableName: tableNames.billing, Item: { ...record, deleteAt: secondsOf(record.keptUntil) }, ...expression({ condition: absent('paymentId') }),
    })))
  }

  async find (paymentId: string): Promise<BillingRecord | null> {
    const row = await getRow(this.#database, 'billing', { paymentId })
    return row === null ? null : billingRecordOf(row)
  }
}

const billingRecordOf = keeping(['deleteAt'], (row): BillingRecord => ({
  paymentId: text(row, 'paymentId'),
  buyerEmail: textOrNull(row, 'buyerEmail'),
  shippingAddress: mapOrNull(row, 'shippingAddress') as Address | null,
  keptUntil: text(row, 'keptUntil'),
}))
