import t from 'tap'
import { decimalOf, digitsOf, duration, money, moment, parseAmount, percent, shortMoney, utc, day, exactMoment } from '../../console/src/format.js'
import { exponentOf, isCurrency } from '../../src/domain/money.js'

t.test('the digits of every currency are those of the service', async (t) => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const codes = letters.flatMap((one) => letters.flatMap((two) => letters.map((three) => `${one}${two}${three}`))).filter(isCurrency)
  t.ok(codes.length > 140)
  t.same(codes.filter((code) => digitsOf(code) !== exponentOf(code)), [])
})

t.test('an amount is shown exactly, by the digits of its currency', async (t) => {
  t.equal(decimalOf(12_505, 'TRY'), '125.05')
  t.equal(decimalOf(7, 'JPY'), '7')
  t.equal(decimalOf(5, 'KWD'), '0.005')
  t.equal(decimalOf(-5, 'TRY'), '-0.05')
  t.equal(money(12_505, 'TRY', 'tr'), '₺125,05')
  t.equal(money(12_505, 'TRY', 'en'), 'TRY 125.05'.replace(' ', '\u00a0'))
  t.equal(money(1_234_567, 'JPY', 'en'), '¥1,234,567')
  t.equal(money(12_005, 'IQD', 'en'), 'IQD\u00a012.005', 'the own table of the browser has no digits for it')
  t.equal(money(9_007_199_254_740_991, 'USD', 'en'), '$90,071,992,547,409.91')
  t.equal(money(100, 'x', 'en'), '1.00 x', 'a code that is none is no error')
  t.equal(shortMoney(1_234_567, 'USD', 'en'), '$1.2M')
})

t.test('what is typed as an amount is understood with either mark, or refused', async (t) => {
  const typed: ReadonlyArray<[string, string, number | null]> = [
    ['1250', 'TRY', 125_000], ['1250,5', 'TRY', 125_050], ['1250.5', 'TRY', 125_050], ['1.250,50', 'TRY', 125_050], ['1,250.50', 'TRY', 125_050],
    ['1.250', 'TRY', 125_000], ['1 250', 'TRY', 125_000], ["1'250.50", 'TRY', 125_050], ['1.250.000', 'TRY', 125_000_000], ['1.250', 'KWD', 1250], ['1,250.500', 'KWD', 1_250_500],
    ['0,05', 'TRY', 5], ['7', 'JPY', 7], ['7,5', 'JPY', null], ['7,005', 'JPY', 7005], ['12,505', 'TRY', 1_250_500], ['12,5055', 'TRY', null],
    ['', 'TRY', null], ['0', 'TRY', null], ['-5', 'TRY', null], ['1e3', 'TRY', null], ['1.25.5', 'TRY', null], ['1,250,50', 'TRY', null], ['1.250,500.50', 'TRY', null], ['₺5', 'TRY', null], ['99999999999999999', 'TRY', null],
  ]
  for (const [text, currency, amount] of typed) t.equal(parseAmount(text, currency), amount, `${text} ${currency}`)
})

t.test('what the refund dialog fills in is understood again', async (t) => {
  for (const [amount, currency] of [[1, 'TRY'], [123_456, 'TRY'], [1_234_567, 'KWD'], [1234, 'JPY'], [12_345, 'UYW']] as const) {
    for (const mark of ['.', ',']) t.equal(parseAmount(decimalOf(amount, currency).replace('.', mark), currency), amount, `${amount} ${currency} ${mark}`)
  }
})

t.test('moments are those of a zone, and UTC is beside them', async (t) => {
  const at = '2026-11-23T22:30:05.000Z'
  t.match(moment(at, 'en', 'Europe/Istanbul'), /^Nov 24, 2026, 1:30.AM$/)
  t.match(exactMoment(at, 'tr', 'Europe/Istanbul'), /^24 Kas 2026 01:30:05$/)
  t.equal(utc(at), '2026-11-23 22:30:05 UTC')
  t.equal(day('2026-11-01', 'tr'), '1 Kas')
})

t.test('shares and durations say no more than they know', async (t) => {
  t.equal(percent(null, 'en'), '–')
  t.equal(percent(0.9876, 'tr'), '%98,8')
  t.same([850, 12_000, 3 * 60_000, 2.5 * 3_600_000].map((ms) => duration(ms, 'en')), ['850 ms', '12 sec', '3 min', '2.5 hr'])
})
