import t from 'tap'
import { MINUTE_MS } from '#domain/time.js'
import { makeConsoleLinks } from '#adapters/tokens/console-links.js'
import { PASSWORD, startAccounts, type AccountService } from '../../../support/accounts.js'
import { settableClock } from '../../../support/builders.js'
import { enterConsole } from '../../../support/console.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { adminToken, JWT_SECRET, startService } from '../../../support/service.js'

const LIST = '/api/admin/payments'
const EMAIL = 'ada@example.com'
/** Ahead, because a server deletes rows that have expired. */
const BEGINNING = '2126-03-01T10:00:00.000Z'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

t.test('a session of the console is known on every node, outlasts a restart, and ends on all of them', async (t) => {
  const tables = await dynamoDb.freshTables()
  const { clock, advance } = settableClock(BEGINNING)
  const node = async (): Promise<AccountService> => await startAccounts(t, { replacements: { openedStores: dynamoDb.open(tables), clock } })
  const [one, other] = [await node(), await node()]
  await one.join(EMAIL)
  const { userId } = await one.signIn(EMAIL)
  await one.call('PATCH', `/api/admin/users/${userId}`, adminToken, { role: 'support' })
  const { answer, headers } = await enterConsole(one, { email: EMAIL, password: PASSWORD })
  t.match(answer, { status: 200, body: { userId, role: 'support' } })
  t.equal((await other.call('GET', LIST, headers)).status, 200)
  await one.close()
  const restarted = await node()
  advance(20 * MINUTE_MS)
  t.equal((await restarted.call('GET', LIST, headers)).status, 200)
  await restarted.idle()
  advance(20 * MINUTE_MS)
  t.equal((await other.call('GET', LIST, headers)).status, 200, 'its use on one node is known on the other')
  await other.idle()
  t.equal((await restarted.call('DELETE', '/api/console/session', headers)).status, 204)
  t.equal((await restarted.call('GET', LIST, headers)).status, 401)
  advance(30_000)
  t.equal((await other.call('GET', LIST, headers)).status, 401)
})

t.test('of two nodes that get a link at the same moment, one lets in', async (t) => {
  const tables = await dynamoDb.freshTables()
  const { clock } = settableClock(BEGINNING)
  const node = async () => await startService(t, { replacements: { openedStores: dynamoDb.open(tables), clock } })
  const nodes = await Promise.all([node(), node()])
  const link = makeConsoleLinks(JWT_SECRET).make(Date.parse(BEGINNING))
  const answers = await Promise.all(nodes.map(async (one) => (await enterConsole(one, { link })).answer.status))
  t.same(answers.toSorted((one, next) => one - next), [200, 401])
})
