import t from 'tap'
import { countFigures, countOne, emptyTally, figuresOf, summaryOf } from '#domain/performance/tally.js'

t.test('the summaries of two processes together are those of all their durations', async (t) => {
  const [one, other, all] = [emptyTally(), emptyTally(), emptyTally()]
  for (let ms = 1; ms <= 100; ms++) {
    for (const tally of [ms % 2 === 0 ? one : other, all]) countOne(tally, ms > 98, ms)
  }
  const sum = emptyTally()
  for (const tally of [one, other]) countFigures(sum, figuresOf({ kind: 'http', name: 'GET /' }, tally))
  t.same(sum, all)
  const summary = summaryOf(sum)
  t.match(summary, { count: 100, errors: 2, max: 100 })
  for (const [found, exact] of [[summary.p50, 50], [summary.p95, 95], [summary.p99, 99]] as const) t.ok(Math.abs(Number(found) / exact - 1) <= 0.02, String(exact))
  t.equal(sum.spentMs, 5050)
})

t.test('a summary has one decimal, no quantile above the longest duration, and nothing where nothing was counted', async (t) => {
  const tally = emptyTally()
  countOne(tally, false, 100.04)
  t.same(summaryOf(tally), { count: 1, errors: 0, p50: 98.8, p95: 98.8, p99: 98.8, max: 100 })
  const short = emptyTally()
  countOne(short, false, 9.6)
  t.ok(Number(summaryOf(short).p99) <= 9.6)
  t.same(summaryOf(emptyTally()), { count: 0, errors: 0, p50: null, p95: null, p99: null, max: null })
})
