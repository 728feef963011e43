import t from 'tap'
import { newConsoleSession } from '#domain/accounts/console-session.js'
import { MINUTE_MS, SECOND_MS } from '#domain/time.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { identity } from '#adapters/system/system.js'
import { consoleSessionId, makeConsoleCheck } from '#application/accounts/check-console-session.js'
import { user } from '../../contracts/user-store.contract.js'
import { settableClock } from '../../support/builders.js'

/** A store with sessions of a token, whose calls are counted, and tasks that the test runs. */
function start () {
  const { users, sessions } = memoryStores()
  const { clock, advance } = settableClock()
  const calls = { find: 0, replace: 0, isAway: false, gate: Promise.resolve() }
  const tasks: Array<() => Promise<void>> = []
  const state = { isFull: false }
  const counted = {
    insert: sessions.insert.bind(sessions),
    find: async (sessionId: string) => {
      calls.find++
      await calls.gate
      if (calls.isAway) throw new Error('away')
      return await sessions.find(sessionId)
    },
    replace: async (...change: Parameters<typeof sessions.replace>) => {
      calls.replace++
      return await sessions.replace(...change)
    },
    remove: sessions.remove.bind(sessions),
    listOfUser: sessions.listOfUser.bind(sessions),
  }
  const background = (task: () => Promise<void>): void => {
    if (state.isFull) throw new Error('too many tasks')
    tasks.push(task)
  }
  const check = makeConsoleCheck({ users, sessions: counted, adminTokens: [], identity, background, clock })
  const begin = async (secret: string): Promise<void> => {
    const user = { userId: 'ada', email: '', epoch: 0 }
    await sessions.insert(newConsoleSession({ sessionId: consoleSessionId(secret, identity), device: null, user, granted: { scopes: ['read'], role: 'viewer', sharedToken: null }, until: null }, clock()))
  }
  const runTasks = async (): Promise<number> => {
    const running = tasks.splice(0)
    for (const task of running) await task()
    return running.length
  }
  return { ...check, users, sessions, calls, state, advance, begin, runTasks }
}

t.test('a session is read once in 30 seconds, and its use is noted once a minute', async (t) => {
  const { checkConsole, begin, calls, advance, runTasks } = start()
  await begin('one')
  for (let second = 0; second < 120; second += 10) {
    t.match(await checkConsole('one', true), { userId: 'ada', role: 'viewer', scopes: ['read'] })
    await runTasks()
    advance(10 * SECOND_MS)
  }
  t.equal(calls.replace, 1)
  t.ok(calls.find <= 7, `${calls.find} reads`)
})

t.test('many requests at once note one use, and read the session once', async (t) => {
  const { checkConsole, begin, calls, advance, runTasks } = start()
  await begin('one')
  advance(2 * MINUTE_MS)
  await Promise.all(Array.from({ length: 20 }, async () => await checkConsole('one', true)))
  t.equal(calls.find, 1)
  t.equal(await runTasks(), 1)
  t.match(await checkConsole('one', true), { session: { lastUsedAt: /:02:00/ } })
})

t.test('a use that cannot be noted is noted by the next request', async (t) => {
  const { checkConsole, begin, state, advance, runTasks } = start()
  await begin('one')
  advance(2 * MINUTE_MS)
  state.isFull = true
  t.ok(await checkConsole('one', true))
  state.isFull = false
  t.equal(await runTasks(), 0)
  t.ok(await checkConsole('one', true))
  t.equal(await runTasks(), 1)
})

t.test('a use is not noted in a session that was ended meanwhile', async (t) => {
  const { checkConsole, begin, sessions, calls, advance, runTasks } = start()
  await begin('one')
  advance(2 * MINUTE_MS)
  t.ok(await checkConsole('one', true))
  await sessions.remove(consoleSessionId('one', identity))
  await runTasks()
  t.equal(calls.replace, 0)
})

t.test('a store that is away is asked again by the next request', async (t) => {
  const { checkConsole, begin, calls } = start()
  await begin('one')
  calls.isAway = true
  await t.rejects(async () => await checkConsole('one', true), { message: 'away' })
  calls.isAway = false
  t.ok(await checkConsole('one', true))
})

t.test('a change of a person while their session is read is seen by the next request', async (t) => {
  const { checkConsole, begin, watched, users, calls } = start()
  await begin('one')
  await users.insert(user('bora'))
  const { promise, resolve } = Promise.withResolvers<void>()
  calls.gate = promise
  const looking = checkConsole('one', false)
  await watched.users.update('bora@example.com', (before) => ({ ...before, version: before.version + 1 }))
  resolve()
  t.ok(await looking)
  t.ok(await checkConsole('one', false))
  t.equal(calls.find, 2)
  await watched.users.update('bora@example.com', (before) => ({ ...before, version: before.version + 1 }))
  t.ok(await checkConsole('one', false))
  t.equal(calls.find, 2, 'another person\'s change is nothing to a session that is known')
})

t.test('guesses push no session out, and very many sessions make room', async (t) => {
  const { checkConsole, begin, calls } = start()
  await begin('one')
  t.ok(await checkConsole('one', false))
  for (let guess = 0; guess < 1500; guess++) t.equal(await checkConsole(`guess ${guess}`, true), null)
  calls.find = 0
  t.ok(await checkConsole('one', false))
  t.equal(calls.find, 0)
  for (let number = 0; number < 1000; number++) {
    await begin(`other ${number}`)
    t.ok(await checkConsole(`other ${number}`, false))
  }
  calls.find = 0
  t.ok(await checkConsole('one', false))
  t.equal(calls.find, 1)
})

t.test('a session of an app, whatever its id, is none of the console', async (t) => {
  const { checkConsole, sessions } = start()
  const sessionId = consoleSessionId('one', identity)
  await sessions.insert({ sessionId, userId: 'ada', email: 'ada@example.com', epoch: 0, familyDigest: 'f', tokenDigest: 't', device: null, createdAt: '2026-01-01T00:00:00.000Z', lastUsedAt: '2026-01-01T00:00:00.000Z', expiresAt: '2126-01-01T00:00:00.000Z', hasSecondFactor: false, steppedUpUntil: null })
  t.equal(await checkConsole('one', true), null)
})
