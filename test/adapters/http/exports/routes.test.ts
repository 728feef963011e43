import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { DomainError } from '#domain/errors.js'
import { flagged } from '#domain/payments/flag.js'
import type { Payment } from '#domain/payments/payment.js'
import { settle } from '#domain/payments/settlement.js'
import { decided } from '#domain/payments/decision.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import { at, payment, times, type PaymentFields } from '../../../contracts/fixtures.js'
import { readCsv } from '../../../support/csv.js'
import { adminToken, adminUser, startService } from '../../../support/service.js'

const EXPORT = '/api/admin/export?type=payments'

async function start (t: Test, drafts: readonly PaymentFields[] = []) {
  const store = memoryStores()
  await times(drafts.length, async (index) => await store.payments.insert(payment(`pay_${index}`, { createdAt: at(index), ...drafts[index] })))
  const service = await startService(t, { replacements: { openedStores: store } })
  const file = async (query: string) => {
    const { statusCode, headers, payload, rawPayload } = await service.app.inject({ url: `${EXPORT}&${query}`, headers: adminToken })
    t.equal(statusCode, 200, payload)
    return { headers, text: payload, bytes: rawPayload }
  }
  return { ...store, ...service, file }
}

/** The rows of a table as objects with the names of its columns. */
function table (text: string): Array<Record<string, string>> {
  const [names = [], ...rows] = readCsv(text)
  return rows.map((row) => {
    if (row.length !== names.length) throw new Error(`a row of ${row.length} cells`)
    return Object.fromEntries(names.map((name, index) => [name, row[index] ?? '']))
  })
}

t.test('a CSV is a table of RFC 4180 with the amounts of each payment in minor units and as decimals', async t => {
  const { payments, file } = await start(t, [
    { amount: 12_505, currency: 'TRY', userId: 'ayse', description: 'Blue "scarf", size 38\r\nwith a fringe; İzmir 👜' },
    { amount: 7, currency: 'JPY', sellerId: null },
    { amount: 12_005, currency: 'KWD', orderId: 'order,"1"' },
  ])
  await payments.update('pay_0', (before) => settle(before, { kind: 'succeeded', reference: 'ref-1', amount: 12_505, currency: 'TRY' }, at(5)))
  await payments.update('pay_0', (before) => decided(before, { ...flagged(flagged(before, 'late_success', at(6)), 'refund_failed', at(6)), status: 'partially_refunded', refundedAmount: 5 }, at(6), []))
  await payments.update('pay_1', (before) => settle(before, { kind: 'failed', reference: null, failure: { code: 'declined', message: 'No' } }, at(5)))
  const { headers, text } = await file('format=csv')
  t.match(headers, { 'content-type': 'text/csv; charset=utf-8; header=present', 'content-disposition': 'attachment; filename="payments.csv"', 'cache-control': 'no-store' })
  const nothing = { sellerId: 'mehmet', provider: 'simulator', providerReference: '', flags: '', failureCode: '', description: '', roomId: '', productId: '', fulfillment: 'not_needed', refundedAmount: '0' }
  t.same(table(text), [
    { ...nothing, paymentId: 'pay_2', orderId: 'order,"1"', createdAt: at(2), updatedAt: at(2), status: 'pending', currency: 'KWD', amount: '12005', amountMajor: '12.005', refundedAmountMajor: '0.000', userId: 'ayse' },
    { ...nothing, paymentId: 'pay_1', orderId: 'order of pay_1', createdAt: at(1), updatedAt: at(5), status: 'failed', currency: 'JPY', amount: '7', amountMajor: '7', refundedAmountMajor: '0', userId: 'ayse', sellerId: '', failureCode: 'declined' },
    {
      ...nothing,
      paymentId: 'pay_0',
      orderId: 'order of pay_0',
      createdAt: at(0),
      updatedAt: at(6),
      status: 'partially_refunded',
      currency: 'TRY',
      amount: '12505',
      amountMajor: '125.05',
      refundedAmount: '5',
      refundedAmountMajor: '0.05',
      userId: 'ayse',
      providerReference: 'ref-1',
      flags: 'late_success refund_failed',
      description: 'Blue "scarf", size 38\r\nwith a fringe; İzmir 👜',
    },
  ])
  t.equal((await file('')).text, text, 'CSV is the default')
})

t.test('the documentation names every column of the table in order, and no other', async t => {
  const { file } = await start(t)
  const documented = String(/^## Exports$.*?^## /ms.exec(readFileSync('docs/back-office.md', 'utf8'))).matchAll(/^\| `(\w+)` \|/gm).map(([, name]) => name).toArray()
  t.same(readCsv((await file('format=csv')).text), [documented])
})

t.test('no cell is a formula to a spreadsheet, whichever character separates its cells', async t => {
  const bombs = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '＋1', '－1', '＠1', ' =1', '\u00A0\u3000@1']
  const hidden = bombs.flatMap((bomb) => [`a;${bomb}`, `a\t${bomb}`, `a\n${bomb}`, `a\r\n${bomb}`, `a;"${bomb}`, `a;;${bomb}`, `a; ${bomb}`, `a;" ${bomb}`])
  const { file } = await start(t, [...bombs, ...hidden].flatMap((bomb) => [{ description: bomb }, { userId: bomb, orderId: bomb, sellerId: bomb }]))
  const { text } = await file('format=csv')
  t.equal(table(text).length, 2 * (bombs.length + hidden.length))
  const isFormula = (cell: string) => /^[\s"]*[=+\-@＝＋－＠]/.test(cell)
  t.same(readCsv(text).flat().filter(isFormula), [], 'read by RFC 4180')
  for (const delimiter of [';', '\t']) t.same(text.split(/[\r\n]/).flatMap((line) => line.split(delimiter)).filter(isFormula), [], 'read by a program with another separator')
  for (const defused of ["'=1+1", " '=1", "a; '=1+1"]) t.ok(table(text).some(({ description }) => description === defused), 'an apostrophe makes it a text')
  const { file: harmless } = await start(t, [{ description: 'a-b; c = d + e @ f' }])
  t.match(table((await harmless('format=csv')).text), [{ description: 'a-b; c = d + e @ f' }], 'other cells are unchanged')
})

t.test('a byte order mark begins a file that asks for it, and no other', async t => {
  const { file } = await start(t, [{ description: 'İzmir' }])
  const mark = Buffer.from('efbbbf', 'hex')
  const { bytes } = await file('format=csv')
  t.same((await file('format=csv&bom=true')).bytes, Buffer.concat([mark, bytes]))
  t.same((await file('format=csv&bom=false')).bytes, bytes)
  t.equal(bytes.indexOf(mark), -1)
})

t.test('NDJSON is a line of JSON for each payment as the API shows it, then one that counts them', async t => {
  const { file, call } = await start(t, [{ metadata: { a: [1, '\n'] }, buyerEmail: 'ada@example.com', description: 'x\ny' }, { amount: 5 }])
  const { headers, text } = await file('format=ndjson')
  t.match(headers, { 'content-type': 'application/x-ndjson; charset=utf-8', 'content-disposition': 'attachment; filename="payments.ndjson"', 'cache-control': 'no-store' })
  t.ok(text.endsWith('\n'))
  const lines = text.slice(0, -1).split('\n').map((line) => JSON.parse(line) as unknown)
  const { body: { items } } = await call('GET', '/api/admin/payments', adminUser)
  t.strictSame(lines, [...items, { end: true, count: 2 }])
  t.notMatch(text, /ada@example|fingerprint|lease/)
  const { file: none } = await start(t)
  t.equal((await none('format=ndjson')).text, '{"end":true,"count":0}\n')
})

t.test('a file and its name match its filters', async t => {
  const { file } = await start(t, [{}, { createdAt: at(86_400) }, { createdAt: at(2 * 86_400) }])
  const ids = (text: string) => table(text).map(({ paymentId }) => paymentId)
  for (const [query, expected, name] of [
    ['from=2126-03-01&to=2126-03-02', ['pay_1', 'pay_0'], 'payments_2126-03-01_2126-03-02.csv'],
    ['from=2126-03-02T10:00:00.000Z', ['pay_2', 'pay_1'], 'payments_2126-03-02T10-00-00.000Z.csv'],
    ['from=2126-03-02&to=2126-03-02&timeZone=Pacific/Kiritimati', ['pay_0'], 'payments_2126-03-02_2126-03-02_Pacific-Kiritimati.csv'],
    ['status=succeeded', [], 'payments_succeeded.csv'],
    ['status=pending&to=2126-03-01', ['pay_0'], 'payments_pending_2126-03-01.csv'],
  ] as const) {
    const { text, headers } = await file(`format=csv&${query}`)
    t.same(ids(text), expected, query)
    t.equal(headers['content-disposition'], `attachment; filename="${name}"`)
  }
})

t.test('an unknown export is refused, and HEAD reads nothing', async t => {
  const { call, app } = await start(t)
  for (const query of [
    '', '?format=csv', '?type=messages', '?type=payments&format=xls', '?type=payments&status=paid', '?type=payments&bom=1', '?type=payments&format=ndjson&bom=true', '?type=payments&from=x',
    '?type=payments&from=2126-02-30', '?type=payments&from=2126-03-02&to=2126-02-28', '?type=payments&limit=1', '?type=payments&userId=ayse',
  ]) t.match(await call('GET', `/api/admin/export${query}`, adminToken), { status: 400, body: { code: 'validation_failed' } }, query)
  t.match(await call('GET', '/api/admin/export?type=payments&timeZone=Europe/Ankara', adminToken), { status: 422, body: { code: 'unknown_time_zone' } })
  t.equal((await app.inject({ method: 'HEAD', url: EXPORT, headers: adminToken })).statusCode, 405)
})

t.test('a store that fails at once is a problem instead of a file, and others may start', async t => {
  let broken = true
  const store = memoryStores()
  const list: PaymentStore['list'] = async () => {
    if (broken) throw new DomainError('store_unavailable', 'gone')
    return { items: [] as Payment[], nextKey: null }
  }
  const { call } = await startService(t, { replacements: { openedStores: { ...store, payments: { list } as unknown as PaymentStore } } })
  for (let i = 0; i < 4; i++) {
    const { status, headers, body } = await call('GET', EXPORT, adminToken)
    t.match([status, body.code], [503, 'store_unavailable'])
    t.notOk('content-disposition' in headers)
  }
  broken = false
  t.equal((await call('GET', EXPORT, adminToken)).status, 200)
})
