import fc from 'fast-check'
import t from 'tap'
import { containsCardNumber } from '#domain/card-number.js'

/** Public test numbers of the schemes and of payment providers, each grouped as it is printed. */
const CARDS = [
  '4242 4242 4242 4242', '4111 1111 1111 1111', '4012 8888 8888 1881', '4222 2222 2222 2', // Visa, the last with 13 digits
  '5555 5555 5555 4444', '5105 1051 0510 5100', '2223 0031 2200 3222', // Mastercard
  '3782 822463 10005', '3714 496353 98431', // American Express
  '3056 930902 5904', '3852 000002 3237', // Diners Club
  '6011 1111 1111 1117', '3530 1113 3330 0000', '3566 0020 2036 0505', // Discover, JCB
  '6200 0000 0000 0005', '6205 5000 0000 0000 004', // UnionPay, the last with 19 digits
  '6759 6498 2643 8453', '9792 0303 9444 0796', '5890 0400 0000 0016', '5526 0800 0000 0006', // Maestro, Troy, iyzico
]

const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.nat(9), { minLength, maxLength }).map((each) => each.join(''))

/** Any number of 13 to 19 digits that passes Luhn, by its last digit. */
const luhnNumbers = digits(12, 18).map((body) => {
  const sum = Array.from(body).toReversed()
    .map((digit, place) => Array.from(String(Number(digit) * (place % 2 === 0 ? 2 : 1))).reduce((total, each) => total + Number(each), 0))
    .reduce((total, each) => total + each, 0)
  return body + String((10 - sum % 10) % 10)
})

/** Any text of characters that matter to the search and some that do not. */
const texts = fc.string({ unit: fc.constantFrom(...'0123456789 -abcxF_.,:#"\n\tşİ٣🎬'), maxLength: 40 })
const before = texts.map((text) => text.replace(/\d$/, 'x'))
const after = texts.map((text) => text.replace(/^\d/, 'x'))

t.test('a card number is found in every spacing that people use', async (t) => {
  for (const printed of CARDS) {
    const plain = printed.replaceAll(' ', '')
    const spacings = [
      plain, printed, printed.replaceAll(' ', '-'), printed.replace(' ', '-'),
      Array.from(plain).join(' '), Array.from(plain).join('-'),
      plain.replace(/(\d{6})/, '$1 '), plain.replace(/(\d{4})(\d{4})/, '$1-$2 '), `${plain.slice(0, 8)} ${plain.slice(8)}`,
    ]
    for (const spacing of spacings) {
      for (const text of [spacing, `kart: ${spacing}.`, `(${spacing})`, `{"pan":"${spacing}"}`, `\n${spacing}\t12/30`, `🎬${spacing}🎬`]) {
        t.ok(containsCardNumber(text), JSON.stringify(text))
      }
    }
  }
})

t.test('a card number is found beside letters, dashes and other numbers', async (t) => {
  for (const printed of CARDS) {
    const plain = printed.replaceAll(' ', '')
    for (const number of [plain, printed, printed.replaceAll(' ', '-')]) {
      const texts = [`card${number}`, `${number}TRY`, `x${number}x`, `_${number}_`, `- ${number} -`, `-${number}-`, `call 7 ${number}`, `${number} 12 30 123`, `3 ${number} 1`]
      for (const text of texts) t.ok(containsCardNumber(text), text)
    }
  }
})

t.test('any number of 13 to 19 digits that passes Luhn is found anywhere in a text', async () => {
  fc.assert(fc.property(before, luhnNumbers, after, (head, number, tail) => containsCardNumber(head + number + tail)), { numRuns: 1000 })
})

t.test('a card number is found with single spaces or dashes at any place', async () => {
  const separators = fc.array(fc.constantFrom('', '', ' ', '-'), { minLength: 18, maxLength: 18 })
  fc.assert(fc.property(before, luhnNumbers, separators, after, (head, number, cuts, tail) => {
    const cut = Array.from(number).map((digit, index) => digit + (cuts[index] ?? '')).join('').replace(/[ -]$/, '')
    return containsCardNumber(head + cut + tail)
  }), { numRuns: 1000 })
})

t.test('a number with a wrong check digit is not found', async () => {
  fc.assert(fc.property(luhnNumbers, fc.integer({ min: 1, max: 9 }), (number, shift) => {
    const last = (Number(number.at(-1)) + shift) % 10
    return !containsCardNumber(`${number.slice(0, -1)}${last}`)
  }))
})

t.test('a UUID is not a card number, even if it has only digits', async (t) => {
  t.notOk(containsCardNumber('00000000-0000-0000-0000-000000000000'))
  t.notOk(containsCardNumber('42424242-4242-4242-4242-424242424242'))
  t.notOk(containsCardNumber('ORDER 42424242-4242-4242-4242-424242424242'))
  fc.assert(fc.property(fc.uuid(), fc.boolean(), (uuid, upper) => !containsCardNumber(`id ${upper ? uuid.toUpperCase() : uuid}, sent`)), { numRuns: 1000 })
})

t.test('a UUID hides no card number beside it', async (t) => {
  t.ok(containsCardNumber('4242 4242 4242 4242 00000000-0000-0000-0000-000000000000'))
  t.ok(containsCardNumber('00000000-0000-0000-0000-000000000000 4242 4242 4242 4242'))
  t.notOk(containsCardNumber('4242 4242 00000000-0000-0000-0000-000000000000 4242 4242'))
})

t.test('a run of 20 digits or more is not a card number, even if a part of it passes', async (t) => {
  t.notOk(containsCardNumber('42424242424242424242'))
  fc.assert(fc.property(digits(20, 60), (run) => !containsCardNumber(run)))
})

t.test('ordinary numbers are not card numbers', async (t) => {
  const texts = ['', '0', '12 digits 424242424242', '4242 4242 4242', '+90 532 123 45 67', '2026-03-01 12:30:45', '2026-03-01T12:30:45.123Z',
    'TR33 0006 1005 1978 6457 8413 26', '4242.4242.4242.4242', '4242  4242  4242  4242', '192.168.100.200']
  for (const text of texts) t.notOk(containsCardNumber(text), text)
})

t.test('Luhn detects every single wrong digit and every swap of neighbours except 09 and 90', async () => {
  fc.assert(fc.property(luhnNumbers, fc.nat(), fc.integer({ min: 1, max: 9 }), (number, place, shift) => {
    const at = place % (number.length - 1)
    const [a = '', b = ''] = number.slice(at, at + 2)
    const wrong = number.slice(0, at) + String((Number(a) + shift) % 10) + number.slice(at + 1)
    const swapped = number.slice(0, at) + b + a + number.slice(at + 2)
    const unnoticed = a === b || ['09', '90'].includes(a + b)
    return containsCardNumber(number) && !containsCardNumber(wrong) && containsCardNumber(swapped) === unnoticed
  }))
})

t.test('texts that are made to be expensive are searched in linear time', async (t) => {
  const startedAt = performance.now()
  const units = ['1 ', '1-', '7', '1 x', '12345678-1234-', 'a1-', '11111111111111111111 ']
  for (const unit of units) t.type(containsCardNumber(unit.repeat(65_536 / unit.length)), 'boolean', unit)
  t.ok(performance.now() - startedAt < 5000, 'a body of 64 KiB takes milliseconds; anything quadratic would take minutes')
})

t.test('an id of ours with its prefix is not a card number, whatever its digits', async (t) => {
  const id = '42424242-4242-4242-8000-000000000000'
  t.ok(containsCardNumber('4242-4242-4242-4242-8000'), 'the same digits in other groups')
  for (const text of [id, `usr_${id}`, `ses_${id}.secret`, `${id}#msg_${id}`]) t.notOk(containsCardNumber(text), text)
  t.ok(containsCardNumber(`x${id}`), 'what only ends like one is no id')
})
