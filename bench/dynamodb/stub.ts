/**
 * A DynamoDB that keeps only the rows of single updates, such as leases and how far a round has come: without these, the service would begin its rounds
 * anew for ever. Every other write succeeds and every other read finds nothing. It answers after DELAY_MS. With KEEPS_PAYMENTS it keeps the payments
 * too, because a webhook is about one that there is.
 */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'

interface Update {
  readonly TableName: string
  readonly Key: object
  readonly UpdateExpression: string
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>
  readonly ExpressionAttributeValues: Readonly<Record<string, unknown>>
}

interface PaymentKey {
  readonly paymentId: { readonly S: string }
}

interface Transaction {
  readonly TransactItems: ReadonlyArray<{ readonly Put?: { readonly TableName: string, readonly Item: PaymentKey } }>
}

interface Reads {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly PaymentKey[] }>>
}

const delayMs = Number(process.env['DELAY_MS'])
const keepsPayments = process.env['KEEPS_PAYMENTS'] === 'true'
const { payments: paymentsTable } = tableNames({})
const payments = new Map<string, PaymentKey>()
const rows = new Map<string, Readonly<Record<string, unknown>>>()

/** The row as it is after the update. What is added replaces. */
function updated ({ TableName, Key, UpdateExpression, ExpressionAttributeNames: names, ExpressionAttributeValues: values }: Update): object {
  const rowKey = JSON.stringify([TableName, Key])
  const before = rows.get(rowKey) ?? {}
  const set = UpdateExpression.matchAll(/(#\w+)(?: = (if_not_exists\(#\w+, )?| )(:v\d+)/g)
  const after: Record<string, unknown> = { ...Key, ...before }
  for (const [, alias = '', once, value = ''] of set) {
    const name = names[alias] ?? alias
    if (once === undefined || !(name in before)) after[name] = values[value]
  }
  rows.set(rowKey, after)
  return after
}

function paymentOf ({ paymentId }: PaymentKey): PaymentKey | undefined {
  return payments.get(paymentId.S)
}

/** An answer about payments; null where the operation is about something else. */
function answerAboutPayments (operation: string, body: string): object | null {
  switch (operation) {
    case 'TransactWriteItems': {
      const { TransactItems } = JSON.parse(body) as Transaction
      for (const { Put } of TransactItems) if (Put?.TableName === paymentsTable) payments.set(Put.Item.paymentId.S, Put.Item)
      return {}
    }
    case 'GetItem': {
      const { TableName, Key } = JSON.parse(body) as { readonly TableName: string, readonly Key: PaymentKey }
      return TableName === paymentsTable ? { Item: paymentOf(Key) } : null
    }
    case 'BatchGetItem': {
      const { RequestItems } = JSON.parse(body) as Reads
      const found = RequestItems[paymentsTable]?.Keys.map(paymentOf).filter((payment) => payment !== undefined)
      return { Responses: found === undefined ? {} : { [paymentsTable]: found }, UnprocessedKeys: {} }
    }
    default: return null
  }
}

function answerTo (operation: string, body: string): object {
  const answer = keepsPayments ? answerAboutPayments(operation, body) : null
  if (answer !== null) return answer
  switch (operation) {
    case 'Query': case 'Scan': return { Items: [], Count: 0, ScannedCount: 0 }
    case 'BatchGetItem': return { Responses: {}, UnprocessedKeys: {} }
    case 'BatchWriteItem': return { UnprocessedItems: {} }
    case 'UpdateItem': return { Attributes: updated(JSON.parse(body) as Update) }
    default: return {}
  }
}

createServer((request, response) => {
  text(request).then(async (body) => {
    const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '')
    if (delayMs > 0) await setTimeout(delayMs)
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answerTo(operation, body)))
  }).catch(() => response.destroy())
}).listen(Number(process.env['PORT']), '127.0.0.1')
