// @own-process
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import t from 'tap'
import { backfillIndexes, LATER_INDEXES } from '#adapters/dynamodb/schema/backfill-indexes.js'
import { entry } from '../../../contracts/audit-store.contract.js'
import { at, times, webhookEvent } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const options = { onProgress: () => {}, signal: new AbortController().signal }
const PAGE = { before: null, limit: 50 }

t.test('webhook events of earlier versions are found by their payment once the back-fill has been there, also those without one stay', async (t) => {
  const tables = await dynamoDb.freshTables()
  const database = dynamoDb.database(tables)
  const { webhookEvents, close } = dynamoDb.open(tables)
  t.teardown(close)
  const events = Array.from({ length: 30 }, (_, index) => webhookEvent(`simulator#evt_${index}`, { paymentId: index % 3 === 0 ? null : `pay_${index % 3}`, receivedAt: at(index) }))
  for (const event of events) await webhookEvents.insert(event)
  // As versions before wrote them: null where there is no payment.
  await times(30, async (index) => await database.documents.send(new UpdateCommand({
    TableName: tables.webhookEvents,
    Key: { eventKey: `simulator#evt_${index}` },
    UpdateExpression: 'REMOVE listPaymentId SET paymentId = :id',
    ExpressionAttributeValues: { ':id': events[index]?.paymentId },
  })))
  const found = async (paymentId: string) => (await webhookEvents.list({ state: null, provider: null, paymentId }, PAGE)).items
  t.same(await found('pay_1'), [])
  t.same(await backfillIndexes(database, LATER_INDEXES.webhookEvents, { ...options, pageRows: 4 }), { isDone: true, leftOut: [], isWaiting: false })
  for (const id of ['pay_1', 'pay_2']) t.same(await found(id), events.filter(({ paymentId }) => paymentId === id).toReversed())
  t.equal((await webhookEvents.list({ state: null, provider: null }, PAGE)).items.length, 30)
})

t.test('entries of the audit log of earlier versions are found by actor and target, and a row that is gone meanwhile stays gone', async (t) => {
  const tables = await dynamoDb.freshTables()
  const database = dynamoDb.database(tables)
  const { audit, close } = dynamoDb.open(tables)
  t.teardown(close)
  const entries = [{ ...entry('aud_1', 1), targetId: 'pay_1' }, { ...entry('aud_2', 2, null), targetId: 'pay_1' }, { ...entry('aud_3', 3), targetId: null }, { ...entry('aud_4', 4, null), targetId: null }]
  const rowOf = (one: typeof entries[number]) => ({ ...one, register: 'admin', createdKey: `${one.createdAt}#${one.auditId}` })
  for (const one of [...entries, { ...entry('aud_5', 5), targetId: 'gone' }]) await database.documents.send(new PutCommand({ TableName: tables.audit, Item: rowOf(one) }))
  const gone = rowOf(entry('aud_5', 5))
  const documents = Object.create(database.documents) as typeof database.documents
  documents.send = (async (command: Parameters<typeof documents.send>[0]) => {
    if (command instanceof UpdateCommand) await database.documents.send(new DeleteCommand({ TableName: tables.audit, Key: { register: 'admin', createdKey: gone.createdKey } }))
    return await database.documents.send(command)
  }) as typeof documents.send
  const expiring = { ...database, documents }
  t.match(await backfillIndexes(expiring, LATER_INDEXES.audit, options), { isDone: true, leftOut: [] })
  const ids = async (...args: Parameters<typeof audit.list>) => (await audit.list(...args)).items.map(({ auditId }) => auditId)
  t.same(await ids(PAGE, { end: 'targetId', id: 'pay_1' }), ['aud_2', 'aud_1'])
  t.same(await ids(PAGE, { end: 'actorId', id: 'usr_boss' }), ['aud_3', 'aud_1'])
  t.same(await ids(PAGE), ['aud_4', 'aud_3', 'aud_2', 'aud_1'])
  t.same((await audit.list(PAGE)).items, entries.toReversed())
})
