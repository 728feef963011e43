import { readFileSync } from 'node:fs'
import t from 'tap'
import { as, key, startService } from '../support/service.js'
import { alerts, dashboardOf, DASHBOARDS, queriesOf, ruleTests } from './wall.js'

/** The names in a query that are metrics: ours, and those that every process of Node has. */
const METRIC = /\b(?:basvideo|nodejs|process)_\w+/g

t.test('each metric that a dashboard or an alert asks for is one that the service shows', async (t) => {
  const { call } = await startService(t, { env: { ORDERS: 'open' } })
  await call('POST', '/api/payments/process', { ...as('ada'), ...key('k-1') }, { amount: 500, currency: 'TRY', orderId: 'order-1', sellerId: 'sela', paymentMethod: { token: 'tok_ok' } })
  const { text } = await call('GET', '/metrics')
  const shown = new Set(text.match(/^# TYPE \w+ \w+$/gm)?.flatMap((line) => {
    const [, , name, type] = line.split(' ')
    return type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [String(name)]
  }))
  const queries = [...DASHBOARDS.flatMap((name) => queriesOf(dashboardOf(name)).map(({ expr }) => expr)), ...alerts().map(({ expr }) => expr)]
  t.ok(queries.length > 60)
  const asked = new Set(queries.flatMap((expr) => expr.match(METRIC) ?? []))
  t.same([...asked].filter((name) => !shown.has(name)), [])
  const unasked = [...shown].filter((name) => name.startsWith('basvideo_') && !/_(?:sum|bucket|count)$/.test(name) && !asked.has(name))
  t.same(unasked, [], 'each metric of ours has a place on the wall')
})

t.test('the panels of a dashboard have names, explain themselves, and do not overlap', async (t) => {
  for (const name of DASHBOARDS) {
    const { panels } = dashboardOf(name)
    t.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
    t.equal(new Set(panels.map(({ type, title }) => `${type} ${title}`)).size, panels.length, 'names within a kind')
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, index) => `${x + index % w} ${y + Math.floor(index / w)}`))
    t.equal(new Set(cells).size, cells.length, `${name} has no overlap`)
    t.ok(panels.every(({ gridPos: { x, w } }) => x + w <= 24))
  }
})

t.test('each alert has a section in the guide, a severity, and two tests', async (t) => {
  const guide = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8')
  const sections = guide.match(/^### (\w+)$/gm)?.map((line) => line.slice('### '.length))
  const names = alerts().map(({ alert }) => alert)
  t.same(sections?.toSorted(), names.toSorted())
  t.ok(alerts().every(({ labels: { severity } }) => ['page', 'ticket'].includes(severity)))
  t.same(ruleTests().tests.map(({ name }) => name), names.flatMap((name) => [`${name} fires`, `${name} is silent`]))
})
