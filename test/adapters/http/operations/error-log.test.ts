import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { seen, sightingOf, type LoggedError } from '#domain/error-log/logged-error.js'
import { laterBy } from '#domain/time.js'
import { clock } from '#adapters/system/system.js'
import { adminToken, adminUser, as, startService } from '../../../support/service.js'

const SECRET = 'whsec_c2VjcmV0c2VjcmV0'
const CARD = '4242424242424242'
const errorIdOf = (index: number): string => `err_${'abcdefghij'.charAt(index).repeat(52)}`

/** A logged error that was seen so many milliseconds ago. */
function logged (index: number, ageMs = 0): LoggedError {
  const occurrence = { kind: 'job', name: 'TypeError', code: null, where: `job ${index}`, message: 'no', stack: 'TypeError: no', requestId: null } as const
  return seen(null, sightingOf(occurrence, errorIdOf(index), laterBy(clock(), -ageMs), '1.0.0'))
}

t.test('an answer of 500 is in the error log when the service has stopped, without secrets, under the id in its line', async (t) => {
  const stores = memoryStores()
  const listOfUser = async () => { throw new TypeError(`no ${SECRET} and no ${CARD}`) }
  const { call, logs, close } = await startService(t, { replacements: { openedStores: { ...stores, messages: { ...stores.messages, listOfUser } } }, listen: true })
  const { headers } = await call('GET', '/api/messages', as('ayse'))
  const line = JSON.parse(logs.find((one) => one.includes('"err"')) ?? '{}') as Record<string, unknown>
  await close()
  const { items } = await stores.errors.list({ state: 'open', since: '' }, { before: null, limit: 5 })
  t.match(items, [{ errorId: line['errorId'], kind: 'request', name: 'TypeError', code: null, where: 'GET /api/messages', count: 1, state: 'open', isTold: true }])
  const { newest } = items[0] ?? logged(0)
  t.equal(newest.requestId, headers['x-request-id'])
  t.match(newest.message, /^no \[redacted\] and no 9+$/)
  t.match(newest.stack, /^TypeError: no \[redacted\] and no 9+\n/)
})

t.test('administrators list the errors of a state, those that were seen last first', async (t) => {
  const stores = memoryStores()
  for (const [index, ageMs] of [[0, 5000], [1, 1000], [2, 3000]] as const) await stores.errors.update(errorIdOf(index), () => logged(index, ageMs))
  const { call } = await startService(t, { replacements: { openedStores: stores } })
  const list = async (query = '') => (await call('GET', `/api/admin/errors${query}`, adminToken)).body
  t.match((await list()).items.map(({ errorId }) => errorId), [1, 2, 0].map(errorIdOf))
  const { items: [first], nextCursor } = await list('?limit=1')
  t.match(first, { kind: 'job', name: 'TypeError', code: null, where: 'job 1', message: 'no', count: 1, state: 'open', regressedAt: null, lastRequestId: null })
  t.notOk('stack' in (first ?? {}))
  t.match((await list(`?limit=1&cursor=${String(nextCursor)}`)).items, [{ where: 'job 2' }])
  t.match((await list(`?from=${laterBy(clock(), -2000)}`)).items.map(({ where }) => where), ['job 1'])
  t.same((await list('?state=muted')).items, [])
  t.equal((await call('GET', `/api/admin/errors?state=muted&cursor=${String(nextCursor)}`, adminToken)).body.code, 'invalid_cursor')
  t.equal((await call('GET', '/api/admin/errors?state=gone', adminToken)).status, 400)
  t.equal((await call('GET', '/api/admin/errors', as('ayse'))).status, 403)
})

t.test('administrators list the errors of a kind or place, page by page', async (t) => {
  const stores = memoryStores()
  for (let index = 0; index < 9; index++) await stores.errors.update(errorIdOf(index), () => ({ ...logged(index % 3, index * 1000), errorId: errorIdOf(index), kind: index < 6 ? 'job' : 'event' }))
  const { call } = await startService(t, { replacements: { openedStores: stores } })
  const list = async (query: string) => (await call('GET', `/api/admin/errors?${query}`, adminToken)).body
  const ids = ({ items }: Awaited<ReturnType<typeof list>>) => items.map(({ errorId }) => errorId)
  t.same(ids(await list('where=job%201')), [1, 4, 7].map(errorIdOf))
  t.same(ids(await list('kind=event')), [6, 7, 8].map(errorIdOf))
  t.same(ids(await list('kind=job&where=job%201')), [1, 4].map(errorIdOf))
  t.same(ids(await list('where=job')), [], 'a part of a place is another place')
  const first = await list('where=job%201&limit=2')
  t.same(ids(first), [1, 4].map(errorIdOf))
  const second = await list(`where=job%201&limit=2&cursor=${String(first.nextCursor)}`)
  t.same([ids(second), second.nextCursor], [[errorIdOf(7)], null])
  for (const other of ['where=job%202', 'where=job%201&kind=job', 'limit=2']) t.equal((await list(`${other}&cursor=${String(first.nextCursor)}`)).code, 'invalid_cursor')
  for (const wrong of ['kind=gone', 'where=', 'where=%C3%A7', `where=${'x'.repeat(201)}`]) t.equal((await list(wrong)).code, 'validation_failed', wrong)
})

t.test('an administrator mutes an error or calls it resolved, which is in the audit log', async (t) => {
  const stores = memoryStores()
  await stores.errors.update(errorIdOf(0), () => logged(0))
  await stores.errors.update(errorIdOf(1), () => logged(1, 40 * 86_400_000))
  const { call } = await startService(t, { replacements: { openedStores: stores } })
  const url = `/api/admin/errors/${errorIdOf(0)}`
  t.match((await call('GET', url, adminToken)).body, { state: 'open', samples: [{ stack: 'TypeError: no', version: '1.0.0' }, { stack: 'TypeError: no' }] })
  t.match((await call('PATCH', url, adminUser, { state: 'resolved' })).body, { state: 'resolved' })
  t.match((await call('GET', '/api/admin/errors?state=resolved', adminToken)).body.items, [{ errorId: errorIdOf(0) }])
  t.match((await call('GET', '/api/admin/audit', adminToken)).body.items, [{ action: 'setErrorState', actorId: 'yonetici', targetId: errorIdOf(0), outcome: 'done' }])
  for (const index of [1, 2]) {
    t.match((await call('GET', `/api/admin/errors/${errorIdOf(index)}`, adminToken)).body, { code: 'not_found' }, 'one that is too old, and one that never was')
    t.match((await call('PATCH', `/api/admin/errors/${errorIdOf(index)}`, adminToken, { state: 'muted' })).body, { code: 'not_found' })
  }
  t.equal((await call('PATCH', url, adminToken, { state: 'gone' })).status, 400)
})
