import t from 'tap'
import { addressOf, filtersOf, Trail } from '../../console/src/address.js'

t.test('one list has one address, whatever the order of its filters', async (t) => {
  t.equal(addressOf('/console/payments', { status: 'failed', from: '2026-11-01' }), addressOf('/console/payments', { from: '2026-11-01', status: 'failed' }))
  t.equal(addressOf('/console/payments', { status: '', q: undefined }), '/console/payments')
  t.equal(addressOf('/console/payments', { q: 'mavi atkı & şal' }), '/console/payments?q=mavi+atk%C4%B1+%26+%C5%9Fal')
})

t.test('only the filters that a list knows are taken from its address', async (t) => {
  t.same(filtersOf({ status: 'failed', cursor: 'abc', q: '', evil: '1' }, ['status', 'q']), { status: 'failed' })
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
