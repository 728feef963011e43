import t from 'tap'
import { outboxShardOf } from '#application/ports/outbox-store.js'
import { NOTIFICATION_QUEUES } from '#application/ports/notification-stores.js'
import { heldUntil, type Notification } from '#domain/notifications/notification.js'
import { shardOf } from '#domain/shard.js'
import { notificationRow } from '#adapters/dynamodb/notifications/notification-store.js'
import { defaultPreferences } from '#domain/notifications/notification-preferences.js'
import { notification, sentAt } from '../../../contracts/notification-store.contract.js'
import { at, payment, times } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { always, failure, inTurn, openBehindProxy } from '../../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const sealed = { to: 'ayse@example.com', locale: 'tr', link: 'https://shop.example/reset#secret' } as const

t.test('a look costs a query, and a batch of reads where something is due; to send one, two writes', async (t) => {
  const { notifications, proxy } = await openBehindProxy(t, dynamoDb)
  const queue = shardOf('ntf_1', NOTIFICATION_QUEUES)
  await notifications.due(queue, at(5), 10)
  t.same(proxy.requests.map(({ operation }) => operation), ['Query'])
  await times(20, async (index) => await notifications.insert(notification(`ntf_${index}`)))
  proxy.requests.length = 0
  const [due] = await notifications.due(queue, at(5), 10)
  if (due === undefined) throw new Error('there is one')
  const held = heldUntil(due, at(60))
  t.ok(await notifications.replace(held))
  t.ok(await notifications.replace(sentAt(held)))
  t.same(proxy.requests.map(({ operation }) => operation), ['Query', 'BatchGetItem', 'PutItem', 'PutItem'])
  proxy.requests.length = 0
  const others = (await times(9, async (index) => await notifications.find(`ntf_${index + 2}`))).filter((one) => one !== null)
  proxy.requests.length = 0
  t.same(await notifications.replaceAll(others.map((other) => heldUntil(other, at(60)))), others.map(() => true))
  t.same(proxy.requests.map(({ operation }) => operation), ['TransactWriteItems'], 'many of them together take one')
  await notifications.replaceAll([...others.slice(1).map((other) => heldUntil(heldUntil(other, at(60)), at(70))), sentAt(due)])
  t.equal(proxy.requests.length, 3, 'and one more where some are overtaken')
})

t.test('a page of a history is a query and a batch of reads', async (t) => {
  const { notifications, proxy } = await openBehindProxy(t, dynamoDb)
  await times(8, async (index) => await notifications.insert(notification(`ntf_${index}`)))
  proxy.requests.length = 0
  t.equal((await notifications.listOfUser('ayse', { before: null, limit: 5 })).items.length, 5)
  t.same(proxy.requests.map(({ operation }) => operation), ['Query', 'BatchGetItem'])
})

t.test('a row with a secret expires with the use of the secret, any other after half a year', async (t) => {
  const expiry = (fields: Partial<Notification>) => notificationRow({ ...notification('ntf_1'), ...fields })['expiresAt']
  t.equal(expiry({ sealed, validUntil: at(60) }), Date.parse(at(60)) / 1000)
  for (const fields of [{}, { validUntil: at(60) }, { sealed }]) t.equal(expiry(fields), Date.parse(at(180 * 86_400)) / 1000)
  t.match(JSON.stringify(notificationRow(notification('ntf_1', { sealed }))), /secret/)
  t.notMatch(JSON.stringify(notificationRow(sentAt(notification('ntf_1', { sealed })))), /secret|example/, 'once it is sent, it is gone')
})

t.test('what DynamoDB refuses is unavailable, and so is what it does not answer', async (t) => {
  const { notifications, notificationPreferences, proxy } = await openBehindProxy(t, dynamoDb)
  const calls: Array<() => Promise<unknown>> = [
    async () => await notifications.insert(notification('ntf_1')),
    async () => await notifications.replace(sentAt(notification('ntf_1'))),
    async () => await notificationPreferences.update('ayse', () => defaultPreferences('UTC')),
  ]
  proxy.plan = always('PutItem', failure('AccessDeniedException'))
  for (const call of calls) await t.rejects(call(), { code: 'store_unavailable', cause: { name: 'AccessDeniedException' } })
  proxy.plan = () => ({ status: 500, body: {} })
  for (const call of calls) await t.rejects(call(), { code: 'store_unavailable' })
})

t.test('preferences that others change without end are given up, and nothing is stored', async (t) => {
  let time = 0
  const { notificationPreferences, proxy } = await openBehindProxy(t, dynamoDb, {
    now: () => {
      time += 600
      return time
    }
  })
  proxy.plan = always('PutItem', failure('ConditionalCheckFailedException'))
  let changes = 0
  await t.rejects(notificationPreferences.update('ayse', () => {
    changes++
    return defaultPreferences('UTC')
  }), { code: 'store_busy' })
  t.equal(changes, 3)
  proxy.plan = () => null
  t.equal(await notificationPreferences.find('ayse'), null)
})

t.test('a version that was written but not answered is due again once its lease is over', async (t) => {
  const { notifications, proxy } = await openBehindProxy(t, dynamoDb)
  const queue = shardOf('ntf_1', NOTIFICATION_QUEUES)
  const { stored } = await notifications.insert(notification('ntf_1'))
  proxy.plan = inTurn('PutItem', 'answer lost')
  t.notOk(await notifications.replace(heldUntil(stored, at(60))))
  t.same(await notifications.due(queue, at(59), 10), [])
  t.match(await notifications.due(queue, at(60), 10), [{ notificationId: 'ntf_1', version: 2 }])
})

t.test('an index that lags behind makes no finished notification due', async (t) => {
  const { notifications, proxy } = await openBehindProxy(t, dynamoDb)
  const queue = shardOf('ntf_1', NOTIFICATION_QUEUES)
  const { stored } = await notifications.insert(notification('ntf_1'))
  t.ok(await notifications.replace(sentAt(stored)))
  // The place of the row as it is, under the name of where it was.
  proxy.plan = ({ operation, body }) => operation === 'Query' ? { ask: body.replace(`due#${queue}`, 'done#ntf_1'), adapt: (answer) => answer } : null
  t.same(await notifications.due(queue, at(5), 10), [])
  t.same(proxy.requests.slice(-2).map(({ operation }) => operation), ['Query', 'BatchGetItem'], 'it was found')
})

t.test('a late event leaves nothing in the queue', async (t) => {
  const { notifications, outbox, payments, proxy } = await openBehindProxy(t, dynamoDb)
  const { stored } = await notifications.insert(notification('ntf_1'))
  t.ok(await notifications.replace(sentAt(stored)))
  const { events } = payment('pay_1')
  await payments.insert(payment('pay_1'))
  const lease = await outbox.claim(events.map(outboxShardOf)[0] ?? -1, { owner: 'ada', now: at(0), until: at(10) })
  t.same(await outbox.complete(lease, events, [{ kind: 'notification', notification: notification('ntf_1') }]), { kind: 'completed' })
  proxy.requests.length = 0
  t.same(await notifications.due(shardOf('ntf_1', NOTIFICATION_QUEUES), at(5), 10), [])
  t.same(proxy.requests.map(({ operation }) => operation), ['Query'])
})
