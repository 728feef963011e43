/**
 * A DynamoDB that keeps only the rows of single updates, such as leases and how far a round has come: without these, the service would begin its rounds
 * anew for ever. Every other write succeeds and every other read finds nothing. It answers after DELAY_MS.
 */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'

interface Update {
  readonly TableName: string
  readonly Key: object
  readonly UpdateExpression: string
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>
  readonly ExpressionAttributeValues: Readonly<Record<string, unknown>>
}

const delayMs = Number(process.env['DELAY_MS'])
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

function answerTo (operation: string, body: string): object {
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
