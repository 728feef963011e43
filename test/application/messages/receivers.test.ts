import t from 'tap'
import { withMethods } from '#adapters/durability/proxy.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeReceivers } from '#application/messages/receivers.js'
import { changedUser, newUser, tombstone } from '#domain/accounts/user.js'
import { DomainError } from '#domain/errors.js'
import { settableClock, START } from '../../support/builders.js'

const ada = newUser({ email: 'ada@example.com', name: 'Ada', locale: 'tr', passwordHash: 'hash' }, 'usr_ada', START)

async function people () {
  const { users } = memoryStores()
  const time = settableClock()
  let asked = 0
  const gate = { opens: Promise.resolve() }
  const counted = withMethods(users, {
    find: async (userId) => {
      asked++
      const found = await users.find(userId)
      await gate.opens
      return found
    },
  })
  await users.insert(ada)
  return { users, time, gate, user: ada, asked: () => asked, ...makeReceivers({ users: counted, clock: time.clock }) }
}

t.test('an active person can be reached, and one who is suspended, deleted or unknown cannot', async (t) => {
  const { users, time, user, isReachable } = await people()
  t.equal(await isReachable('usr_bora'), false)
  t.equal(await isReachable(user.userId), true)
  await users.update(user.email, (before) => changedUser(before, { status: 'suspended' }, START))
  time.advance(30_000)
  t.equal(await isReachable(user.userId), false)
  await users.update(user.email, (before) => changedUser(before, { status: 'active' }, START))
  t.equal(await isReachable(user.userId), true, 'a refusal is not remembered')
  await users.update(user.email, (before) => tombstone(before, START))
  time.advance(30_000)
  t.equal(await isReachable(user.userId), false)
})

t.test('a person who is suspended by this process cannot be reached at once, also if the store was asked just before', async (t) => {
  const { watched, gate, user, isReachable } = await people()
  const suspend = async (status: 'suspended' | 'active') => await watched.update(user.email, (before) => changedUser(before, { status }, START))
  t.equal(await isReachable(user.userId), true)
  await suspend('suspended')
  t.equal(await isReachable(user.userId), false)
  await suspend('active')
  const { promise, resolve } = Promise.withResolvers<undefined>()
  gate.opens = promise
  const asking = isReachable(user.userId)
  await suspend('suspended')
  resolve(undefined)
  t.equal(await asking, true)
  t.equal(await isReachable(user.userId), false)
})

t.test('a person who can be reached is asked for once in 30 seconds', async (t) => {
  const { time, user, asked, isReachable } = await people()
  for (let i = 0; i < 3; i++) await isReachable(user.userId)
  t.equal(asked(), 1)
  time.advance(29_999)
  await isReachable(user.userId)
  t.equal(asked(), 1)
  time.advance(1)
  await isReachable(user.userId)
  t.equal(asked(), 2)
})

t.test('after 10,000 people, all are asked for anew', async (t) => {
  let asked = 0
  const find = async () => { asked++; return ada }
  const { isReachable } = makeReceivers({ users: withMethods(memoryStores().users, { find }), clock: () => START })
  for (let i = 0; i < 10_000; i++) await isReachable(`u${i}`)
  await isReachable('u0')
  t.equal(asked, 10_000)
  await isReachable('one more')
  await isReachable('u0')
  t.equal(asked, 10_002)
})

t.test('an outage takes everyone to be there, and any other failure is told', async (t) => {
  const failing = (error: unknown) => makeReceivers({ users: withMethods(memoryStores().users, { find: async () => { throw error } }), clock: () => START }).isReachable
  t.equal(await failing(new DomainError('store_unavailable', 'away'))('ada'), true)
  for (const error of [new DomainError('store_busy', 'busy'), new Error('broken')]) await t.rejects(failing(error)('ada'), error)
})
