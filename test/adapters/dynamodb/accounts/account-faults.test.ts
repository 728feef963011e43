import t, { type Test } from 'tap'
import { newSession, rotated } from '#domain/accounts/session.js'
import { changedUser, type User } from '#domain/accounts/user.js'
import { attempted, ACCOUNT_LIMIT } from '#domain/accounts/attempt.js'
import { at } from '../../../contracts/fixtures.js'
import { user } from '../../../contracts/user-store.contract.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { always, canceled, failure, inTurn, openBehindProxy } from '../../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** With a `pace`, time runs on by so many milliseconds with each look at it. */
async function open (t: Test, pace = 0) {
  let time = 0
  return await openBehindProxy(t, dynamoDb, { now: () => { time += pace; return time } })
}

const unavailable = { code: 'store_unavailable' }
const busy = { code: 'store_busy' }
const renamed = (before: User) => changedUser(before, { name: `${before.name}!` }, at(1))
const session = newSession(user('ada'), { sessionId: 'ses_1', familyDigest: 'f', tokenDigest: 't1', device: null }, at(0))

t.test('a change that was written but not answered takes place once', async (t) => {
  const { users, sessions, proxy } = await open(t)
  proxy.plan = inTurn('PutItem', 'answer lost')
  t.match(await users.insert(user('ada')), { inserted: true })
  proxy.plan = inTurn('TransactWriteItems', 'answer lost')
  t.match(await users.update('ada@example.com', renamed), { name: 'ada!', version: 2 })
  t.match(await users.find('usr_ada'), { name: 'ada!', version: 2 })
  proxy.plan = () => null
  await sessions.insert(session)
  const after = rotated(session, 't2', at(1))
  proxy.plan = inTurn('UpdateItem', 'answer lost')
  t.equal(await sessions.replace(session, after), true)
  t.same(await sessions.find('ses_1'), after)
})

t.test('a change that is always overtaken gives up after a while', async (t) => {
  const { users, attempts, proxy } = await open(t, 700)
  await users.insert(user('ada'))
  proxy.plan = always('TransactWriteItems', canceled('ConditionalCheckFailed'))
  await t.rejects(users.update('ada@example.com', renamed), busy)
  proxy.plan = always('PutItem', failure('ConditionalCheckFailedException'))
  await t.rejects(attempts.update('a', (before) => attempted(before, ACCOUNT_LIMIT, at(0))), busy)
})

t.test('any other failure comes out as it is, and an outage as an outage', async (t) => {
  const { users, sessions, attempts, proxy } = await open(t)
  const calls: ReadonlyArray<[operation: string, call: () => Promise<unknown>]> = [
    ['PutItem', async () => await users.insert(user('ada'))],
    ['UpdateItem', async () => await sessions.replace(session, session)],
    ['PutItem', async () => await attempts.update('a', (before) => attempted(before, ACCOUNT_LIMIT, at(0)))],
  ]
  for (const [operation, call] of calls) {
    proxy.plan = always(operation, failure('ValidationException'))
    await t.rejects(call, { name: 'ValidationException' })
    proxy.plan = always(operation, failure('ResourceNotFoundException'))
    await t.rejects(call, unavailable)
  }
})

t.test('an index that still leads to an address of another user finds no user', async (t) => {
  const { users, proxy } = await open(t)
  await users.insert(user('ada', 0, 'usr_next'))
  proxy.plan = ({ operation, body }) => operation === 'Query' ? { ask: body, adapt: () => JSON.stringify({ Items: [{ userId: { S: 'usr_gone' }, email: { S: 'ada@example.com' } }], Count: 1 }) } : null
  t.equal(await users.find('usr_gone'), null)
  t.match(await users.find('usr_next'), { userId: 'usr_next' })
})

t.test('a list leaves out a user whose address in the index is out of date', async (t) => {
  const { users, proxy } = await open(t)
  await users.insert(user('ada'))
  proxy.plan = ({ operation, body }) => operation === 'Query' && body.includes('":v0":{"S":"0"}')
    ? { ask: body, adapt: () => JSON.stringify({ Items: [{ createdKey: { S: '2126#x' }, email: { S: 'gone@example.com' } }], Count: 1 }) }
    : null
  t.match(await users.list({ before: null, limit: 5 }), { items: [{ userId: 'usr_ada' }] })
})
