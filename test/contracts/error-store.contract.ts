import type { Test } from 'tap'
import { inState, seen, sightingOf, told, type LoggedError } from '#domain/error-log/logged-error.js'
import { at, open, pageCount, pages, spoil, times, type MakePersistence } from './fixtures.js'

const sighting = (errorId: string, second: number) =>
  sightingOf({ kind: 'request', name: 'TypeError', code: null, where: 'GET /', message: `at ${second}`, stack: second % 2 === 0 ? null : 'TypeError\n    at x', requestId: null, traceId: second % 2 === 0 ? null : 'trace' }, errorId, at(second), '1.0.0')

export function errorStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('an error is kept as it is, and each change builds on the one before', async (t) => {
    const { errors } = await open(t, makePersistence)
    t.equal(await errors.find('err_1'), null)
    t.equal(await errors.update('err_1', (before) => before), null, 'a change of nothing writes nothing')
    const first = await errors.update('err_1', (before) => seen(before, sighting('err_1', 1)))
    t.same(first, seen(null, sighting('err_1', 1)))
    spoil(await errors.find('err_1') ?? {})
    t.same(await errors.find('err_1'), first)
    const second = await errors.update('err_1', (before) => seen(before, sighting('err_1', 2)))
    t.same(second, seen(first, sighting('err_1', 2)))
    t.same(await errors.find('err_1'), second)
  })

  t.test('of many sightings at once none is lost', async (t) => {
    const { errors } = await open(t, makePersistence)
    await times(12, async (index) => await errors.update('err_1', (before) => seen(before, sighting('err_1', index))))
    t.match(await errors.find('err_1'), { count: 12, version: 12, first: { at: at(0) }, newest: { at: at(11) } })
  })

  t.test('a list shows the errors of a state since a moment, those that were seen last first', async (t) => {
    const { errors } = await open(t, makePersistence)
    const stored = await times(7, async (index) => await errors.update(`err_${index}`, () => seen(null, sighting(`err_${index}`, 10 - index))) as LoggedError)
    await errors.update('err_3', (before) => before === null ? null : inState(before, 'muted', at(20)))
    const moved = await errors.update('err_6', (before) => seen(before, sighting('err_6', 30)))
    const opened = [moved, ...stored.filter(({ errorId }) => !['err_3', 'err_6'].includes(errorId))]
    for (const limit of [1, 2, 6, 7]) {
      const found = await pages(async (page) => await errors.list({ state: 'open', since: at(0) }, page), limit)
      t.same(found.flat(), opened)
      t.equal(found.length, pageCount(6, limit))
    }
    t.same((await errors.list({ state: 'open', since: at(9) }, { before: null, limit: 5 })), { items: opened.slice(0, 3), nextKey: null })
    t.same((await errors.list({ state: 'open', since: at(9) }, { before: null, limit: 2 })).items, opened.slice(0, 2))
    t.match((await errors.list({ state: 'muted', since: at(0) }, { before: null, limit: 5 })).items, [{ errorId: 'err_3' }])
    t.same(await errors.list({ state: 'resolved', since: at(0) }, { before: null, limit: 5 }), { items: [], nextKey: null })
    t.match(await errors.update('err_3', (before) => before === null ? null : told(before)), { isTold: true })
  })
}
