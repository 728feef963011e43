import t from 'tap'
import { isExpired, networksOf, parseDays } from '../../console/src/screens/keys/form.js'
import { nameOf, RowCounter, type Format } from '../../console/src/screens/exports/rows.js'
import { parseAmount } from '../../console/src/format.js'
import { paidOf, parseMinutes } from '../../console/src/screens/streamers/minutes.js'
import { soldOf } from '../../console/src/screens/rooms/sold.js'

t.test('days of a key are whole, from 1 to 366', async (t) => {
  t.same(['1', ' 90 ', '366'].map(parseDays), [1, 90, 366])
  t.same(['', '0', '367', '1.5', '-1', '1e2', 'ten'].map(parseDays), [null, null, null, null, null, null, null])
})

t.test('networks are parted by lines, commas or spaces', async (t) => {
  t.same(networksOf(' 192.0.2.0/24,2001:db8::/32\n198.51.100.7 '), ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7'])
  t.same(networksOf(' \n'), [])
})

t.test('a key has ended at its moment', async (t) => {
  const at = '2026-11-23T13:00:00.000Z'
  t.same([-1, 0, 1].map((ms) => isExpired(at, Date.parse(at) + ms)), [false, true, true])
})

t.test('the rows of an export are counted wherever it is cut', async (t) => {
  const files: ReadonlyArray<[Format, string, number]> = [
    ['csv', 'id,text\n1,"two ""quoted""\nlines"\n2,plain\n', 2],
    ['csv', 'id,text\n', 0],
    ['csv', '', 0],
    ['ndjson', '{"text":"an \\" alone"}\n{"text":"b"}\n{"end":true,"count":2}\n', 2],
  ]
  for (const [format, text, rows] of files) {
    for (const size of [1, 3, text.length + 1]) {
      const counter = new RowCounter(format)
      for (let at = 0; at < text.length; at += size) counter.read(text.slice(at, at + size))
      t.equal(counter.rows, rows, `${format} in pieces of ${size}`)
    }
  }
})

t.test('a file has the name that the service gives it', async (t) => {
  t.equal(nameOf('attachment; filename="payments-2026-11-23.csv"', 'export.csv'), 'payments-2026-11-23.csv')
  t.equal(nameOf(null, 'export.csv'), 'export.csv')
  t.equal(nameOf('attachment; filename="../../etc"', 'export.csv'), 'export.csv')
})

t.test('what a room has sold is summed by currency', async (t) => {
  t.same(soldOf([{ currency: 'TRY', amount: 100 }, { currency: 'USD', amount: 5 }, { currency: 'TRY', amount: 20 }]), [{ currency: 'TRY', amount: 120 }, { currency: 'USD', amount: 5 }])
})

t.test('minutes of a credit are whole, from 1 to 100,000', async (t) => {
  t.same(['1', ' 90 ', '100000'].map(parseMinutes), [1, 90, 100_000])
  t.same(['', '0', '100001', '1.5', '-1', '1e2', 'ten'].map(parseMinutes), [null, null, null, null, null, null, null])
})

t.test('minutes are free, or paid by an amount in a currency', async (t) => {
  t.same(paidOf(' ', 'nothing', parseAmount), {})
  t.same(paidOf('1.200,50', 'TRY', parseAmount), { amount: 120_050, currency: 'TRY' })
  t.same([paidOf('ten', 'TRY', parseAmount), paidOf('10', 'TL', parseAmount)], [null, null])
})
