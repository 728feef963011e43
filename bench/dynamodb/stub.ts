/** A DynamoDB that stores nothing: each write succeeds and each read finds nothing. It answers after DELAY_MS. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'

interface Update {
  readonly Key: object
  readonly UpdateExpression: string
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>
  readonly ExpressionAttributeValues: Readonly<Record<string, unknown>>
}

const delayMs = Number(process.env['DELAY_MS'])

/** The row that an update makes where there is none. */
function made ({ Key, UpdateExpression, ExpressionAttributeNames: names, ExpressionAttributeValues: values }: Update): object {
  const set = UpdateExpression.matchAll(/(#\w+)(?: = (?:if_not_exists\(#\w+, )?| )(:v\d+)/g)
  const entries = [...set].map(([, name = '', value = '']) => [names[name], values[value]] as const)
  return { ...Key, ...Object.fromEntries(entries) as object }
}

function answerTo (operation: string, body: string): object {
  switch (operation) {
    case 'Query': case 'Scan': return { Items: [], Count: 0, ScannedCount: 0 }
    case 'BatchGetItem': return { Responses: {}, UnprocessedKeys: {} }
    case 'BatchWriteItem': return { UnprocessedItems: {} }
    case 'UpdateItem': return { Attributes: made(JSON.parse(body) as Update) }
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
