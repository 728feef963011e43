import fc from 'fast-check'
import t from 'tap'
import { containsCardNumber, withoutCardNumbers } from '#domain/card-number.js'

/** Public test numbers of the schemes and of payment providers, each grouped as it is printed. */
const CARDS = [
  '4242 4242 4242 4242', '4111 1111 1111 1111', '4012 8888 8888 1881', '4222 2222 2222 2', // Visa, the last with 13 digits
  '5555 5555 5555 4444', '5105 1051 0510 5100', '2223 0031 2200 3222', // Mastercard
  '3782 822463 10005', '3714 496353 98431', // American Express
  '3056 930902 5904', '3852 000002 3237', // Diners Club
  '6011 1111 1111 1117', '3530 1113 3330 0000', '3566 0020 2036 0505', // Discover, JCB
  '6200 0000 0000 0005', '6205 5000 0000 0000 004', '8171 9999 2766 0000', // UnionPay, the second with 19 digits
  '6759 6498 2643 8453', '9792 0303 9444 0796', '6501 6111 1111 1113', // Maestro, Troy
  '5890 0400 0000 0016', '5526 0800 0000 0006', '2200 7702 1277 7074', // iyzico, Mir
]

const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.nat(9), { minLength, maxLength }).map((each) => each.join(''))

/** The number with the last digit that Luhn asks for. */
function withCheckDigit (body: string): string {
  const sum = Array.from(body).toReversed()
    .map((digit, place) => Array.from(String(Number(digit) * (place % 2 === 0 ? 2 : 1))).reduce((total, each) => total + Number(each), 0))
    .reduce((total, each) => total + each, 0)
  return body + String((10 - sum % 10) % 10)
}

/** Any number of 16 digits that passes Luhn. */
const luhnNumbers = digits(15, 15).map(withCheckDigit)
/** Any number with the beginning and the length of an issuer that passes Luhn. */
const cardNumbers = fc.oneof(...[
  ['4', 16], ['4', 19], ['51', 16], ['55', 16], ['2221', 16], ['2720', 16], ['34', 15], ['37', 15], ['36', 14], ['300', 14], ['3095', 16], ['3528', 16], ['3589', 19],
  ['6011', 16], ['622126', 17], ['644', 16], ['65', 16], ['62', 19], ['5018', 16], ['6304', 18], ['6763', 19], ['9792', 16], ['2204', 16],
].map(([begins, length]) => digits(Number(length) - 1 - String(begins).length, Number(length) - 1 - String(begins).length).map((rest) => withCheckDigit(`${begins}${rest}`))))

/** Any text of characters that matter to the search and some that do not. */
const texts = fc.string({ unit: fc.constantFrom(...'0123456789 -abcxF_.,:#"\n\tşİ٣🎬'), maxLength: 40 })
const before = texts.map((text) => text.replace(/\d$/, 'x'))
const after = texts.map((text) => text.replace(/^\d/, 'x'))
/** Whether an IBAN of 22 characters or more may begin before the number: one in 97 is valid, and passes. */
function mayBeIban (head: string, rest: string): boolean {
  const [run = ''] = /^[0-9a-z ]*/i.exec(rest) ?? []
  return /(?<![0-9a-z])[a-z]{2}$/i.test(head) && run.replaceAll(' ', '').length + 2 >= 22
}

const inFours = (number: string, gap: string): string => (number.match(/.{1,4}/g) ?? []).join(gap)

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

t.test('the printed groups of a card are found whatever one to three characters separate them', async (t) => {
  for (const printed of ['4242 4242 4242 4242', '3782 822463 10005', '3056 930902 5904', '6205 5000 0000 0000 004']) {
    for (const gap of ['.', '\u00a0', '\u202f', '\u2009', '\u2013', '\u2011', '  ', ' - ', '. ', ' \u2013 ']) t.ok(containsCardNumber(`kart ${printed.replaceAll(' ', gap)} son`), JSON.stringify(gap))
    t.notOk(containsCardNumber(printed.replaceAll(' ', ' -- ')), 'four are too many')
  }
})

t.test('a card number is found beside letters, dashes and other numbers', async (t) => {
  for (const printed of CARDS) {
    const plain = printed.replaceAll(' ', '')
    for (const number of [plain, printed, printed.replaceAll(' ', '-')]) {
      const texts = [`card${number}`, `${number}TRY`, `x${number}x`, `_${number}_`, `- ${number} -`, `-${number}-`, `call 7 ${number}`, `${number} 12 30 123`, `3 ${number} 1`, `no.${number}`]
      for (const text of texts) t.ok(containsCardNumber(text), text)
    }
  }
})

t.test('any number of an issuer that passes Luhn is found anywhere in a text, in one piece or with single spaces and dashes', async () => {
  const separators = fc.array(fc.constantFrom('', '', ' ', '-'), { minLength: 18, maxLength: 18 })
  fc.assert(fc.property(before, cardNumbers, separators, after, (head, number, cuts, tail) => {
    const cut = Array.from(number).map((digit, index) => digit + (cuts[index] ?? '')).join('').replace(/[ -]$/, '')
    fc.pre(!mayBeIban(head, number + tail) && !mayBeIban(head, cut + tail))
    return containsCardNumber(`${head}${number}${tail}`) && containsCardNumber(head + cut + tail)
  }), { numRuns: 2000 })
})

t.test('any four groups of four that pass Luhn are found, and the same digits in one piece only with the beginning of an issuer', async (t) => {
  fc.assert(fc.property(before, luhnNumbers, fc.constantFrom(' ', '-', '.', '\u00a0'), after, (head, number, gap, tail) => {
    const text = inFours(number, gap) + tail
    fc.pre(!mayBeIban(head, text))
    return containsCardNumber(head + text)
  }), { numRuns: 1000 })
  for (const begins of ['0', '1', '2026', '2220', '2721', '31', '3527', '7', '80', '8172', '90', '9791', '9793']) {
    const number = withCheckDigit(begins.padEnd(15, '7'))
    t.notOk(containsCardNumber(number), number)
    t.ok(containsCardNumber(inFours(number, ' ')), number)
  }
})

t.test('a number with a wrong check digit is not found', async () => {
  fc.assert(fc.property(luhnNumbers, fc.integer({ min: 1, max: 9 }), fc.constantFrom('', ' '), (number, shift, gap) => {
    const last = (Number(number.at(-1)) + shift) % 10
    return !containsCardNumber(inFours(`${number.slice(0, -1)}${last}`, gap))
  }))
})

t.test('numbers of trade pass: devices, parcels, bar codes, moments, orders, accounts, phones and places', async (t) => {
  const texts = [
    '490154203237518', 'IMEI 35 209900 176148 1', '352099001761481', '86 830504 123456 2', '1234567890128', '12345678901234567897', '8690504055013', '4006381333931', '8 690504 055013',
    '20261129101501', '2026-11-29 10:15:01', '2026.11.29 10.15.01', '1795949101501', '1795949101501123', '1795949101501123456', '1234567890123456788', '10155432109876737',
    'TR33 0006 1005 1978 6457 8413 26', 'tr330006100519786457841326', 'DE89 3704 0044 0532 0130 00',
    '+90 532 123 45 67', '0532 123 45 67 - 0533 765 43 21', '41.00823812345678, 28.97835912345678', '192.168.100.200', '4.242.424.242.424.242',
  ]
  for (const text of texts) t.notOk(containsCardNumber(text), text)
  fc.assert(fc.property(digits(14, 14), fc.constantFrom('01', '35', '44', '45', '49', '86', '99'), (rest, begins) => !containsCardNumber(withCheckDigit(begins + rest.slice(2)))), { numRuns: 1000 })
})

t.test('any bar code of 13 digits passes, and what only looks like one does not', async (t) => {
  fc.assert(fc.property(digits(12, 12), (body) => {
    const sum = Array.from(body, Number).reduce((total, digit, place) => total + digit * (place % 2 === 0 ? 1 : 3), 0)
    return !containsCardNumber(body + String((10 - sum % 10) % 10))
  }), { numRuns: 1000 })
  t.ok(containsCardNumber('4222222222222'))
})

t.test('an IBAN passes in one piece and in its printed groups, and one with a wrong digit is searched', async (t) => {
  // The inner groups pass Luhn.
  for (const text of ['GB77 4242 4242 4242 4242 42', 'gb77 4242 4242 4242 4242 42', 'Iban:GB7742424242424242424242']) {
    t.notOk(containsCardNumber(text), text)
    t.equal(containsCardNumber(text.replace('77', '78')), text.includes(' '), text)
  }
  for (const text of ['GB 77 4242 4242 4242 4242 42', 'xGB77 4242 4242 4242 4242 42', 'dk4456708337333651', 'dk4456708337333651ab']) t.ok(containsCardNumber(text), text)
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

t.test('short numbers are not card numbers', async (t) => {
  for (const text of ['', '0', '12 digits 424242424242', '4242 4242 4242']) t.notOk(containsCardNumber(text), text)
})

t.test('Luhn detects every single wrong digit and every swap of neighbours except 09 and 90', async () => {
  const found = (number: string): boolean => containsCardNumber(inFours(number, ' '))
  fc.assert(fc.property(luhnNumbers, fc.nat(), fc.integer({ min: 1, max: 9 }), (number, place, shift) => {
    const at = place % (number.length - 1)
    const [a = '', b = ''] = number.slice(at, at + 2)
    const wrong = number.slice(0, at) + String((Number(a) + shift) % 10) + number.slice(at + 1)
    const swapped = number.slice(0, at) + b + a + number.slice(at + 2)
    const unnoticed = a === b || ['09', '90'].includes(a + b)
    return found(number) && !found(wrong) && found(swapped) === unnoticed
  }))
})

t.test('texts that are made to be expensive are searched in linear time', async (t) => {
  const startedAt = performance.now()
  const units = ['1 ', '1-', '0 ', '4 ', '4. ', '7', '1 x', '12345678-1234-', 'a1-', 'TR33 0006 ', '11111111111111111111 ']
  for (const unit of units) {
    t.type(containsCardNumber(unit.repeat(65_536 / unit.length)), 'boolean', unit)
    t.type(withoutCardNumbers(unit.repeat(65_536 / unit.length)), 'string', unit)
  }
  t.ok(performance.now() - startedAt < 10_000, 'a body of 64 KiB takes milliseconds; anything quadratic would take minutes')
})

t.test('an id of ours with its prefix is not a card number, whatever its digits', async (t) => {
  const id = '42424242-4242-4242-8000-000000000000'
  t.ok(containsCardNumber('4242-4242-4242-4242-8000'), 'the same digits in other groups')
  for (const text of [id, `usr_${id}`, `ses_${id}.secret`, `${id}#msg_${id}`]) t.notOk(containsCardNumber(text), text)
  t.ok(containsCardNumber(`x${id}`), 'what only ends like one is no id')
})

t.test('nines take the place of the digits of every card number, and of nothing else', async (t) => {
  t.equal(withoutCardNumbers('a 4242 4242 4242 4242, b 378282246310005 c 8690504055013 5'), 'a 9999 9999 9999 9999, b 999999999999999 c 8690504055013 5')
  t.equal(withoutCardNumbers('4242 4242 4242 4242 4242!'), '9999 9999 9999 9999 9999!', 'two that overlap')
  t.equal(withoutCardNumbers('id 42424242-4242-4242-4242-424242424242'), 'id 42424242-4242-4242-4242-424242424242')
  fc.assert(fc.property(before, cardNumbers, after, (head, number, tail) => {
    fc.pre(!mayBeIban(head, number + tail))
    const clean = withoutCardNumbers(head + number + tail)
    return clean.length === (head + number + tail).length && !clean.includes(number)
  }), { numRuns: 1000 })
})
