import t from 'tap'
import { addressOf, filtersOf, hrefOf, Trail, zoned } from '../../console/src/address.js'
import { oneByOne } from '../../console/src/bulk.js'
import { Problem } from '../../console/src/problem.js'

t.test('one list has one address, whatever the order of its filters', async (t) => {
  t.equal(addressOf('/console/payments', { status: 'failed', from: '2026-11-01' }), addressOf('/console/payments', { from: '2026-11-01', status: 'failed' }))
  t.equal(addressOf('/console/payments', { status: '', q: undefined }), '/console/payments')
  t.equal(addressOf('/console/payments', { q: 'mavi atkı & şal' }), '/console/payments?q=mavi+atk%C4%B1+%26+%C5%9Fal')
})

t.test('only the filters that a list knows are taken from its address', async (t) => {
  t.same(filtersOf({ status: 'failed', cursor: 'abc', q: '', evil: '1' }, ['status', 'q']), { status: 'failed' })
})

t.test('days of a list are those of the operator, and a list without days has no zone', async (t) => {
  t.same(zoned({ status: 'failed' }), { status: 'failed' })
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  t.same([zoned({ from: '2026-11-01' }), zoned({ to: '2026-11-02' })], [{ from: '2026-11-01', timeZone }, { to: '2026-11-02', timeZone }])
})

t.test('an id leads to the screen of its thing, where there is one', async (t) => {
  t.same(['pay_1', 'ship_1', 'err_1'].map(hrefOf), ['/console/payments/pay_1', '/console/shipments/ship_1', '/console/errors/err_1'])
  t.same(['key_1', 'ayse', 'pay', 'toString_1', ''].map(hrefOf), [undefined, undefined, undefined, undefined, undefined])
})

t.test('a walk knows the page before, and its number', async (t) => {
  const trail = new Trail()
  trail.visit('list', '')
  t.same([trail.page, trail.previous], [1, null])
  trail.visit('list', 'b')
  trail.visit('list', 'c')
  t.same([trail.page, trail.previous], [3, 'b'])
  trail.visit('list', 'b')
  t.same([trail.page, trail.previous], [2, ''], 'after a step back')
  trail.visit('list', 'b')
  t.same([trail.page, trail.previous], [2, ''], 'a page that is shown again is no step')
  trail.visit('other', '')
  t.same([trail.page, trail.previous], [1, null], 'other filters begin anew')
})

t.test('a page that was opened by its address has no number, and none before it', async (t) => {
  const trail = new Trail()
  trail.visit('list', 'm')
  t.same([trail.page, trail.previous], [null, null])
  trail.visit('list', 'n')
  t.same([trail.page, trail.previous], [null, 'm'])
})

t.test('an act on a selection goes one by one, tells how far it is, and goes on after a refusal', async (t) => {
  const told: string[] = []
  let running = 0
  const { failed } = await oneByOne(['a', 'b', 'c'], async (key) => {
    running += 1
    t.equal(running, 1, 'one at a time')
    await Promise.resolve()
    running -= 1
    if (key === 'b') throw new Problem(409, 'conflict', 'not now')
  }, ({ done, of, failed }) => { told.push(`${done}/${of} ${failed.length}`) })
  t.same(told, ['0/3 0', '1/3 0', '2/3 1', '3/3 1'])
  t.match(failed, [{ key: 'b', problem: { code: 'conflict' } }])
})
