import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import t, { type Test } from 'tap'
import { steppedUp } from '#domain/accounts/session.js'
import { changedUser, tombstone } from '#domain/accounts/user.js'
import { createdKey } from '#domain/time.js'
import { entry } from '../../../contracts/audit-store.contract.js'
import { at } from '../../../contracts/fixtures.js'
import { session } from '../../../contracts/session-store.contract.js'
import { user } from '../../../contracts/user-store.contract.js'
import { startDynamoDb } from '../../../support/dynamodb.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const EARLIER = { email: 'ada@example.com', hasTime: 120, role: 'admin', createdAt: '2025-03-01T10:00:00.000Z' }

async function world (t: Test, ...rows: object[]) {
  const tables = await dynamoDb.freshTables()
  const { documents, tableNames } = dynamoDb.database(tables)
  for (const Item of rows) await documents.send(new PutCommand({ TableName: tableNames.users, Item: { ...Item } }))
  const { users, close } = dynamoDb.open(tables)
  t.teardown(close)
  const row = async (email: string) => (await documents.send(new GetCommand({ TableName: tableNames.users, Key: { email } }))).Item
  return { users, row }
}

t.test('a row of the earlier application is a user without a password, the same each time', async (t) => {
  const { users } = await world(t, EARLIER, { email: 'bora@example.com', createdAt: 'long ago' }, { email: 'ceren@example.com', userId: 'u-7', role: 'user', createdAt: 1_740_823_200_000 })
  const ada = await users.findByEmail('ada@example.com')
  t.match(ada, { userId: /^usr_[\w-]{43}$/, email: 'ada@example.com', role: 'admin', status: 'active', passwordHash: null, emailVerified: false, createdAt: '2025-03-01T10:00:00.000Z', version: 0 })
  t.same(await users.findByEmail('ada@example.com'), ada)
  t.match(await users.findByEmail('bora@example.com'), { role: 'user', createdAt: '1970-01-01T00:00:00.000Z' })
  t.match(await users.findByEmail('ceren@example.com'), { userId: 'u-7', role: 'user', createdAt: '2025-03-01T10:00:00.000Z' })
  t.match(await users.find('u-7'), { email: 'ceren@example.com' })
})

t.test('its first change makes it one of ours, and its other attributes stay', async (t) => {
  const { users, row } = await world(t, EARLIER)
  const before = await users.findByEmail('ada@example.com')
  t.equal(await users.find(String(before?.userId)), null)
  const changes = await Promise.all(['a', 'b', 'c'].map(async (name) => await users.update('ada@example.com', (before) => changedUser(before, { name: `${before.name}${name}`, passwordHash: 'hash' }, at(1)))))
  t.same(changes.map(({ version }) => version).toSorted(), [1, 2, 3])
  const after = await users.find(String(before?.userId))
  t.match(after, { userId: before?.userId, role: 'admin', passwordHash: 'hash', version: 3, createdAt: '2025-03-01T10:00:00.000Z' })
  t.equal(after?.name.length, 3)
  t.same((await users.list({ before: null, limit: 10 })).items, [after])
  t.match(await row('ada@example.com'), { hasTime: 120, role: 'admin' })
})

t.test('its address is taken, and free once it is deleted', async (t) => {
  const { users, row } = await world(t, EARLIER)
  const before = await users.findByEmail('ada@example.com')
  const newcomer = user('ada', 1, 'usr_new')
  t.match(await users.insert(newcomer), { inserted: false, stored: { userId: before?.userId } })
  await users.update('ada@example.com', (before) => tombstone(before, at(2)))
  t.equal(await row('ada@example.com'), undefined)
  t.match(await users.insert(newcomer), { inserted: true })
})

t.test('a session of an earlier version was opened without a second factor, and goes on', async (t) => {
  const tables = await dynamoDb.freshTables()
  const { documents, tableNames } = dynamoDb.database(tables)
  const { hasSecondFactor, steppedUpUntil, ...earlier } = session('ses_1')
  await documents.send(new PutCommand({ TableName: tableNames.sessions, Item: { ...earlier, createdKey: createdKey(earlier.createdAt, 'ses_1'), deleteAt: 4_928_000_000 } }))
  const { sessions, close } = dynamoDb.open(tables)
  t.teardown(close)
  const found = await sessions.find('ses_1')
  t.same(found, { ...earlier, hasSecondFactor: false, steppedUpUntil: null })
  t.same([hasSecondFactor, steppedUpUntil], [false, null])
  if (found === null) throw new Error('it was found')
  t.ok(await sessions.replace(found, steppedUp(found, at(1))))
  t.match(await sessions.find('ses_1'), { steppedUpUntil: steppedUp(found, at(1)).steppedUpUntil })
})

t.test('a row of the audit log without an outcome is an act of which the outcome is not known', async (t) => {
  const tables = await dynamoDb.freshTables()
  const { documents, tableNames } = dynamoDb.database(tables)
  const { outcome, ...earlier } = entry('aud_1', 1)
  await documents.send(new PutCommand({ TableName: tableNames.audit, Item: { ...earlier, register: 'admin', createdKey: createdKey(earlier.createdAt, earlier.auditId) } }))
  const { audit, close } = dynamoDb.open(tables)
  t.teardown(close)
  t.same(await audit.list({ before: null, limit: 5 }), { items: [{ ...earlier, outcome: null }], nextKey: null })
})

t.test('a row that is no user is an error', async (t) => {
  const { users } = await world(t, { email: 'ada@example.com', version: 1, userId: 'usr_1' })
  await t.rejects(users.findByEmail('ada@example.com'), { message: 'a row that is not ours: emailVerified' })
})
