// @own-process
import t from 'tap'
import { StoreUnserved } from '#application/ports/store-unserved.js'
import { dynamoStores } from '#adapters/dynamodb/stores.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { message, noted, payment, webhookEvent } from '../../contracts/fixtures.js'
import { startDynamoDb } from '../../support/dynamodb.js'
import { failure, openBehindProxy, startFaultProxy } from '../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const unavailable = { name: 'DomainError', code: 'store_unavailable', retryAfterS: 1 }

t.test('a request that DynamoDB refuses for a reason that an operator mends is unavailable, and others may be served', async (t) => {
  const { payments, webhookEvents, proxy, ping } = await openBehindProxy(t, dynamoDb)
  await payments.insert(payment('pay_1'))
  for (const name of ['AccessDeniedException', 'RequestTimeTooSkewed', 'KMSInvalidStateException']) {
    proxy.plan = ({ operation }) => /^(?:PutItem|TransactWriteItems)$/.test(operation) ? failure(name) : null
    for (const refused of [webhookEvents.insert(webhookEvent('simulator#1')), payments.update('pay_1', noted('x'))]) {
      const error: unknown = await refused.catch((error: unknown) => error)
      t.ok(error instanceof StoreUnserved, name)
      t.match(error, { ...unavailable, cause: { name } })
    }
  }
  await t.resolves(ping())
})

t.test('what stands before DynamoDB is never taken for its answer', async (t) => {
  const { messages, proxy } = await openBehindProxy(t, dynamoDb)
  for (const [status, raw] of [[200, '<html>sign in</html>'], [200, ''], [302, '<html>moved</html>'], [403, '<html>no</html>'], [407, ''], [502, '<html>']] as const) {
    proxy.plan = () => ({ status, raw })
    await t.rejects(messages.find('m1'), unavailable, `read: ${status} ${raw}`)
    await t.rejects(messages.insert(message('m1')), unavailable, `write: ${status} ${raw}`)
  }
  proxy.plan = () => null
  t.equal(await messages.find('m1'), null)
})

t.test('credentials that cannot be fetched are an outage, whatever their source answers', async (t) => {
  const source = await startFaultProxy(dynamoDb.client.endpoint)
  t.teardown(source.stop)
  source.plan = () => ({ status: 403, raw: '<html>' })
  const { region, endpoint } = dynamoDb.client
  const variables = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true', AWS_CONTAINER_CREDENTIALS_FULL_URI: source.endpoint }
  t.intercept(process, 'env', { value: { ...process.env, ...variables } })
  const { messages, close } = dynamoStores({ region, endpoint, tableNames: tableNames({}) })
  await t.rejects(messages.find('m1'), { ...unavailable, cause: { name: 'CredentialsProviderError' } })
  await close()
})

t.test('calls that wait for a socket longer than a moment find the service busy, and none of them is an outage', async (t) => {
  const { messages, proxy, count } = await openBehindProxy(t, dynamoDb, { groupMax: 1, timeouts: { connectionTimeout: 5000, requestTimeout: 20_000 } })
  proxy.plan = () => ({ delayMs: 1500 })
  const outcomes = await Promise.all(Array.from({ length: 10_300 }, async (_, index) => await messages.find(`m${index}`).then(() => 'found', (error: unknown) => (error as { code: string }).code)))
  t.same(Object.fromEntries([...Map.groupBy(outcomes, String)].map(([outcome, { length }]) => [outcome, length])), { found: 256, store_busy: 10_044 }, 'also those that find the line full')
  t.equal(count('GetItem'), 256)
})
