import t from 'tap'
import { calendarOf } from '#domain/calendar.js'
import { byDay, GRAINS, slicedDays, sliceOf } from '#domain/payments/stats-slices.js'

const MOMENT = '2026-03-01T20:44:59.999Z'

t.test('a slice has the name of its beginning', async (t) => {
  t.same(GRAINS.map((grain) => sliceOf(MOMENT, grain)), ['2026-03-01', '2026-03-01T20', '2026-03-01T20:30'])
  t.same(['00:00.000', '14:59.999', '15:00.000', '45:00.000'].map((time) => sliceOf(`2026-03-01T20:${time}Z`, 'quarter').slice(-2)), ['00', '00', '15', '45'])
})

t.test('days take the coarsest slices that have an edge wherever one of them begins', async (t) => {
  const range = { from: '2026-02-28', to: '2026-03-01' }
  const of = (zone: string, days = range) => slicedDays(days, calendarOf(zone))
  t.same(of('UTC'), { grain: 'day', days: ['2026-02-28', '2026-03-01'], edges: ['2026-02-28', '2026-03-01', '2026-03-02'] })
  t.same(of('Europe/Istanbul'), { grain: 'hour', days: ['2026-02-28', '2026-03-01'], edges: ['2026-02-27T21', '2026-02-28T21', '2026-03-01T21'] })
  t.same(of('Asia/Kathmandu').edges, ['2026-02-27T18:15', '2026-02-28T18:15', '2026-03-01T18:15'])
  t.same(of('Europe/London', { from: '2026-03-29', to: '2026-03-29' }), { grain: 'hour', days: ['2026-03-29'], edges: ['2026-03-29T00', '2026-03-29T23'] }, 'a day of 23 hours')
  t.equal(of('Europe/London').grain, 'day')
})

t.test('figures belong to the day in which their slice lies', async (t) => {
  const figures = (slice: string) => ({ slice, currency: 'TRY', figures: {} })
  const days = slicedDays({ from: '2026-02-27', to: '2026-03-01' }, calendarOf('Europe/Istanbul'))
  const found = byDay(['2026-03-01T20', '2026-02-28T21', '2026-02-26T21', '2026-02-27T20', '2026-02-28T22'].map(figures), days)
  t.same([...found].map(([day, slices]) => [day, slices.map(({ slice }) => slice)]), [
    ['2026-02-27', ['2026-02-26T21', '2026-02-27T20']],
    ['2026-03-01', ['2026-02-28T21', '2026-02-28T22', '2026-03-01T20']],
  ])
  const leftOut = slicedDays({ from: '2011-12-29', to: '2011-12-31' }, calendarOf('Pacific/Apia'))
  t.same([...byDay([figures('2011-12-30T09'), figures('2011-12-30T10')], leftOut).keys()], ['2011-12-29', '2011-12-31'], 'a day that the clocks left out has none')
})
