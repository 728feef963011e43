import t from 'tap'
import { ErrorBuffer } from '#application/error-log/error-buffer.js'
import { makeErrorLogUseCases } from '#application/error-log/use-cases.js'
import { makeWriteErrors } from '#application/error-log/write-errors.js'
import type { ErrorStore } from '#application/ports/error-store.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { identity } from '#adapters/system/system.js'
import type { Occurrence } from '#domain/error-log/occurrence.js'
import { inState, seen } from '#domain/error-log/logged-error.js'
import { OPERATORS } from '#domain/notifications/notification.js'
import { DAY_MS } from '#domain/time.js'
import { settableClock, START } from '../../support/builders.js'

const PAGE = { before: null, limit: 500 }
const occurrence = (where: string): Occurrence => ({ kind: 'job', name: 'Error', code: null, where, message: 'no', stack: null, requestId: null })

function world () {
  const { clock, advance } = settableClock(START)
  const stores = memoryStores()
  const { errors, notifications } = stores
  const errorBuffer = new ErrorBuffer({ clock, identity, version: '1.0.0' })
  const write = makeWriteErrors({ errorBuffer, errors, notifications, identity, clock })
  const listed = async () => (await errors.list({ state: 'open', since: START }, PAGE)).items
  const mails = async () => (await notifications.listOfUser(OPERATORS, PAGE)).items
  return { clock, advance, errors, notifications, errorBuffer, write, listed, mails }
}

t.test('failures of one cause are one error, written once with their count', async (t) => {
  const { errorBuffer, write, listed, advance } = world()
  const errorId = errorBuffer.record(occurrence('drain'))
  advance(5)
  t.equal(errorBuffer.record(occurrence('drain')), errorId)
  await write()
  t.match(await listed(), [{ errorId, count: 2, first: { at: START }, version: 2 }])
  await write()
  t.match(await listed(), [{ count: 2 }], 'what is written is not written again')
})

t.test('a run writes at most 20 errors, and the rest waits for the next', async (t) => {
  const { errorBuffer, write, listed } = world()
  for (let index = 0; index < 45; index++) errorBuffer.record(occurrence(`job ${index}`))
  for (const count of [20, 40, 45]) {
    await write()
    t.equal((await listed()).length, count)
  }
  t.equal(errorBuffer.take(), null)
})

t.test('the operators hear once of a new error, and once more a day when it is back after it was resolved', async (t) => {
  const { errorBuffer, errors, write, mails, advance, clock } = world()
  const errorId = errorBuffer.record(occurrence('drain'))
  await write()
  t.match(await mails(), [{ kind: 'error_new', subjectId: errorId, userId: OPERATORS, state: 'waiting' }])
  const back = async (milliseconds: number): Promise<void> => {
    await errors.update(errorId, (before) => before === null ? null : inState(before, 'resolved', clock()))
    advance(milliseconds)
    errorBuffer.record(occurrence('drain'))
    await write()
  }
  errorBuffer.record(occurrence('drain'))
  await write()
  await back(1)
  t.equal((await mails()).length, 1, 'the same day')
  await back(DAY_MS)
  t.equal((await mails()).length, 2)
  await errors.update(errorId, (before) => before === null ? null : inState(before, 'muted', clock()))
  advance(DAY_MS)
  errorBuffer.record(occurrence('drain'))
  await write()
  t.equal((await mails()).length, 2, 'of a muted error they hear nothing')
})

t.test('a crash after the notification tells nothing twice, and a crash before it loses nothing', async (t) => {
  const { errorBuffer, errors, notifications, write, mails, clock } = world()
  const broken = makeWriteErrors({ errorBuffer, errors, notifications: { ...notifications, insert: async () => { throw new Error('gone') } }, identity, clock })
  errorBuffer.record(occurrence('drain'))
  await t.rejects(broken(), /gone/)
  t.equal((await mails()).length, 0)
  errorBuffer.record(occurrence('drain'))
  await write()
  t.equal((await mails()).length, 1)
})

t.test('what cannot be written waits, together with what comes after it', async (t) => {
  const { errorBuffer, errors, notifications, write, listed, clock } = world()
  const broken = makeWriteErrors({ errorBuffer, errors: { ...errors, update: async () => { throw new Error('away') } }, notifications, identity, clock })
  errorBuffer.record(occurrence('drain'))
  await t.rejects(broken(), /away/)
  errorBuffer.record(occurrence('drain'))
  await write()
  t.match(await listed(), [{ count: 2 }])
})

t.test('an error that is gone before the operators hear of it stays gone', async (t) => {
  const { errorBuffer, errors, notifications, clock } = world()
  let step = 0
  const write = makeWriteErrors({ errorBuffer, errors: { ...errors, update: async (key, change) => step++ === 0 ? await errors.update(key, change) : change(null) }, notifications, identity, clock })
  errorBuffer.record(occurrence('drain'))
  await t.resolves(write())
})

t.test('beyond 200 kinds failures are counted under one for all others, whatever their number', async (t) => {
  const { errorBuffer, write, listed } = world()
  for (let index = 0; index < 1000; index++) errorBuffer.record(occurrence(`job ${String(index)}`))
  t.equal(errorBuffer.dropped, 800)
  for (let run = 0; run < 11; run++) await write()
  const found = await listed()
  t.equal(found.reduce((sum, { count }) => sum + count, 0), 1000)
  t.match(found.filter(({ count }) => count > 1), [{ count: 800, where: '', kind: 'process' }])
})

t.test('a filtered list looks at a thousand errors for a page, and goes on behind them', async (t) => {
  const { errorBuffer, errors, clock } = world()
  const read: number[] = []
  for (let index = 0; index < 150; index++) errorBuffer.record(occurrence(`job ${index}`))
  const sightings = Array.from({ length: 150 }, () => errorBuffer.take()).filter((one) => one !== null)
  for (const [index, sighting] of sightings.entries()) await errors.update(`err_${String(index).padStart(3, '0')}`, () => ({ ...seen(null, sighting), errorId: `err_${String(index).padStart(3, '0')}` }))
  // Each page begins anew, so that the list has no end.
  const endless: ErrorStore = {
    ...errors, find: async (id) => await errors.find(id), update: async (id, change) => await errors.update(id, change), list: async (filter, { limit }) => {
      read.push(limit)
      return { ...await errors.list(filter, { before: null, limit }), nextKey: 'more' }
    }
  }
  const query = { state: 'open', since: null, kind: null } as const
  const none = await makeErrorLogUseCases({ errors: endless, clock }).listErrors({ ...query, where: 'nowhere' }, { before: null, limit: 5 })
  t.same([none.items, none.nextKey === null, read.reduce((sum, rows) => sum + rows, 0)], [[], false, 1100])
  const { items, nextKey } = await makeErrorLogUseCases({ errors, clock }).listErrors({ ...query, where: 'job 7' }, { before: null, limit: 5 })
  t.match([items, nextKey], [[{ where: 'job 7' }], null])
})
