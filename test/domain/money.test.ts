import * as dinero from 'dinero.js/currencies'
import fc from 'fast-check'
import t from 'tap'
import { AMOUNT_MAX, exponentOf, formatMoney, money, parseMoney } from '#domain/money.js'

const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
const SUPPORTED = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => a + b + c))).filter(isSupported)
const theirs = Object.values(dinero)

/** Where dinero.js and ISO 4217 disagree, this service follows ISO 4217. */
const FUNDS = ['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI']
const UNITS_OF_ACCOUNT = ['XAD']
const ENDED = ['BGN']
/** Fifths, which ISO 4217 writes with two decimals. */
const FIFTHS = ['MGA', 'MRU']

const amounts = fc.integer({ min: 1, max: AMOUNT_MAX })
const currencies = fc.constantFrom(...SUPPORTED)

function isSupported (currency: string): boolean {
  try {
    exponentOf(currency)
    return true
  } catch {
    return false
  }
}

t.test('every currency has the exponent of dinero.js, except for the two that count in fifths', async (t) => {
  const shared = theirs.filter(({ code }) => SUPPORTED.includes(code))
  t.equal(shared.length, SUPPORTED.length, 'dinero.js knows every currency that is taken')
  const different = shared.filter(({ code, exponent }) => exponentOf(code) !== exponent)
  t.same(different.map(({ code }) => code).sort(), FIFTHS)
  t.ok(different.every(({ base, code }) => base === 5 && exponentOf(code) === 2))
})

t.test('of the currencies of dinero.js, only funds, units of account and ended ones are refused', async (t) => {
  const refused = theirs.map(({ code }) => code).filter((code) => !SUPPORTED.includes(code))
  t.same(refused.sort(), [...FUNDS, ...UNITS_OF_ACCOUNT, ...ENDED].sort())
})

t.test('the exponents that matter most are 0 for JPY, 2 for TRY, 3 for KWD and 4 for UYW', async (t) => {
  t.same(['JPY', 'TRY', 'KWD', 'UYW'].map(exponentOf), [0, 2, 3, 4])
})

t.test('a text that is not a currency code is refused', async (t) => {
  for (const code of ['', 'try', 'TL', 'XXX', 'XTS', 'XAU', 'DEM', 'TRY ', '__proto__', 'constructor', 'toString']) {
    t.throws(() => exponentOf(code), { code: 'unsupported_currency' }, code)
    t.throws(() => money(1, code), { code: 'unsupported_currency' }, code)
    t.throws(() => parseMoney('1', code), { code: 'unsupported_currency' }, code)
  }
})

t.test('an amount is a whole number of minor units from 1 to the maximum', async (t) => {
  t.same(money(1, 'TRY'), { amount: 1, currency: 'TRY' })
  t.same(money(AMOUNT_MAX, 'TRY'), { amount: AMOUNT_MAX, currency: 'TRY' })
  for (const amount of [0, -0, -1, 0.1, 10.5, AMOUNT_MAX + 1, 2 ** 53, Infinity, -Infinity, NaN]) {
    t.throws(() => money(amount, 'TRY'), { code: 'invalid_amount' }, String(amount))
  }
})

t.test('a number with a fraction is never an amount', async () => {
  fc.assert(fc.property(fc.double().filter((amount) => !Number.isInteger(amount)), currencies, (amount, currency) => {
    try {
      money(amount, currency)
      return false
    } catch {
      return true
    }
  }))
})

t.test('an amount in major units is parsed from its text, without a float', async (t) => {
  const cases: Array<[string, string, number]> = [
    ['10.50', 'TRY', 1050], ['10.5', 'TRY', 1050], ['10', 'TRY', 1000], ['0.01', 'TRY', 1], ['007.10', 'TRY', 710],
    ['10.500', 'KWD', 10_500], ['10.505', 'KWD', 10_505], ['1500', 'JPY', 1500], ['1.0001', 'UYW', 10_001],
    ['0.29', 'USD', 29], ['1.15', 'USD', 115], ['999999999.99', 'TRY', AMOUNT_MAX],
  ]
  for (const [text, currency, amount] of cases) t.same(parseMoney(text, currency), { amount, currency }, `${text} ${currency}`)
})

t.test('a text that is not exactly an amount of the currency is refused', async (t) => {
  const cases: Array<[string, string]> = [
    ['10.505', 'TRY'], ['10.500', 'TRY'], ['10.5', 'JPY'], ['10.0', 'JPY'], ['1.0001', 'KWD'], ['1.00001', 'UYW'],
    ['', 'TRY'], [' 1', 'TRY'], ['1 ', 'TRY'], ['1\n', 'TRY'], ['+1', 'TRY'], ['-1', 'TRY'], ['1.', 'TRY'], ['.5', 'TRY'], ['1,5', 'TRY'],
    ['1e3', 'TRY'], ['0x10', 'TRY'], ['1_000', 'TRY'], ['1.000.00', 'TRY'], ['NaN', 'TRY'], ['٣', 'TRY'], ['0', 'TRY'], ['0.00', 'TRY'],
    ['1000000000.00', 'TRY'], ['9999999999999999', 'JPY'],
  ]
  for (const [text, currency] of cases) t.throws(() => parseMoney(text, currency), { code: 'invalid_amount' }, `"${text}" ${currency}`)
})

t.test('an amount is written with all decimals of its currency', async (t) => {
  const cases: Array<[number, string, string]> = [
    [1050, 'TRY', '10.50'], [1, 'TRY', '0.01'], [10, 'TRY', '0.10'], [100, 'TRY', '1.00'], [1, 'KWD', '0.001'], [1500, 'JPY', '1500'], [1, 'UYW', '0.0001'],
  ]
  for (const [amount, currency, text] of cases) t.equal(formatMoney({ amount, currency }), text)
})

t.test('a formatted amount parses back to the same amount', async () => {
  fc.assert(fc.property(amounts, currencies, (amount, currency) =>
    parseMoney(formatMoney({ amount, currency }), currency).amount === amount))
})

t.test('the text stands for the amount divided by a power of ten, exactly', async () => {
  fc.assert(fc.property(amounts, currencies, (amount, currency) => {
    const [whole = '', fraction = ''] = formatMoney({ amount, currency }).split('.')
    const scale = 10n ** BigInt(exponentOf(currency))
    return fraction.length === exponentOf(currency) && BigInt(whole) * scale + BigInt(`0${fraction}`) === BigInt(amount)
  }))
})
