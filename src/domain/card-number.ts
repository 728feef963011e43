const SHORTEST = 13
const LONGEST = 19

/** What separates two groups of one number: a space of any width, a dash or a dot. */
const GAP = '[ .\\u00a0\\u2000-\\u200a\\u202f\\u2010-\\u2015\\u2212-]'
/** At least 13 digits, grouped or not. Most texts do not match and need no closer look. */
const CANDIDATE = new RegExp(`\\d(?:${GAP}{0,3}\\d){12}`)
/** Groups of digits, separated by up to three of these characters. */
const RUN = new RegExp(`\\d+(?:${GAP}{1,3}\\d+)*`, 'g')
const GROUP = /\d+/g
/** A UUID, whose groups are not those of a card. Our ids put a prefix and an underscore before it. */
const UUID = /(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi
/** An IBAN of 22 characters or more, in one piece or in the printed groups of four (ISO 13616-1). Two letters before a card are less. */
const IBAN = /(?<![0-9a-z])[a-z]{2}\d{2}(?: ?[0-9a-z]{4}){4,7}(?: ?[0-9a-z]{1,3})?(?![0-9a-z])/gi
const IBAN_SHORTEST = 22

/** The groups in which cards are printed. Numbers in these groups need no known issuer. */
const PRINTED = /^\d{4}(?:\D+\d{4}){3}(?:\D+\d{3})?$|^\d{4}\D+\d{6}\D+\d{4,5}$/
/** In other groups, one space or dash is between two of them: digits around a decimal point, or around " - ", are two numbers. */
const ODD_GAP = /[^\d -]|\D\D/
/** Characters that hold at least four digits of a run. */
const FOUR_DIGITS = 13

interface Issuer {
  readonly begins: RegExp
  readonly lengths: readonly number[]
}

const FROM_16 = [16, 17, 18, 19]

/**
 * What the numbers of issuers begin with, and their lengths: the ranges that the schemes publish, as Braintree's credit-card-type 10.3
 * collects them, and the 13 digits of old Visa cards. Maestro's 12 to 15 digits are left out: no issuer is known to use them, and
 * many bar codes of Europe and China would be among them.
 */
const ISSUERS: readonly Issuer[] = [
  { begins: /^4/, lengths: [13, 16, 19] }, // Visa
  { begins: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] }, // Mastercard
  { begins: /^3[47]/, lengths: [15] }, // American Express
  { begins: /^3(?:0[0-5]|095|[689])/, lengths: [14, 16, 19] }, // Diners Club
  { begins: /^35(?:2[89]|[3-8])/, lengths: FROM_16 }, // JCB
  { begins: /^(?:50|5[6-9]|6)/, lengths: FROM_16 }, // Maestro; Discover, UnionPay and Troy's 65 lie within
  { begins: /^81(?:[0-6]|7[01])/, lengths: FROM_16 }, // UnionPay
  { begins: /^220[0-4]/, lengths: FROM_16 }, // Mir
  { begins: /^9792/, lengths: [16] }, // Troy
]

/**
 * Whether a text holds a card number, which must neither be stored nor logged: 13 to 19 digits that pass Luhn's check and stand in the
 * printed groups of a card, or in other groups or in one piece with the beginning and the length of an issuer.
 */
export function containsCardNumber (text: string): boolean {
  return !cardNumbersIn(text).next().done
}

/** The text with nines in place of the digits of every card number. */
export function withoutCardNumbers (text: string): string {
  let clean = ''
  let at = 0
  for (const { start, end } of cardNumbersIn(text)) {
    clean += text.slice(at, start) + text.slice(Math.max(at, start), end).replaceAll(/\d/g, '9')
    at = Math.max(at, end)
  }
  return clean + text.slice(at)
}

interface Place {
  readonly start: number
  readonly end: number
}

function * cardNumbersIn (text: string): Generator<Place> {
  if (!CANDIDATE.test(text)) return
  const blank = (found: string): string => 'x'.repeat(found.length)
  const searched = text.replace(UUID, blank).replace(IBAN, (found) => isIban(found) ? blank(found) : found)
  for (const { 0: run, index } of searched.matchAll(RUN)) {
    for (const { start, end } of cardsInRun(run)) yield { start: index + start, end: index + end }
  }
}

/** Any sequence of groups can be the number: "call 7 4242 4242 4242 4242" holds one. */
function * cardsInRun (run: string): Generator<Place> {
  for (const { index: start } of run.matchAll(GROUP)) {
    const end = endOfCard(run, start)
    if (end !== null) yield { start, end }
  }
}

/**
 * The end of the card number that begins at this group; null: none does. Luhn's checksum doubles every second digit, counted from the
 * end (ISO/IEC 7812-1, annex B). The end is not known beforehand, so both sums are kept, and each start costs one pass, even in a text
 * that is made to be expensive.
 */
function endOfCard (run: string, start: number): number | null {
  const beginning = run.slice(start, start + FOUR_DIGITS).replaceAll(/\D/g, '')
  const { lengths = [] } = ISSUERS.find(({ begins }) => begins.test(beginning)) ?? {}
  let length = 0
  let evenDoubled = 0
  let oddDoubled = 0
  for (let i = start; i < run.length && length <= LONGEST; i++) {
    if (!isDigit(run, i)) continue
    const digit = run.charCodeAt(i) - ZERO
    // A double of two digits counts as the sum of the two.
    const doubled = digit < 5 ? digit * 2 : digit * 2 - 9
    evenDoubled += length % 2 === 0 ? doubled : digit
    oddDoubled += length % 2 === 0 ? digit : doubled
    length++
    const sum = length % 2 === 0 ? evenDoubled : oddDoubled
    if (length < SHORTEST || length > LONGEST || sum % 10 !== 0 || isDigit(run, i + 1)) continue
    const text = run.slice(start, i + 1)
    if (PRINTED.test(text) || (lengths.includes(length) && !ODD_GAP.test(text) && !isBarCode(text))) return i + 1
  }
  return null
}

const ZERO = '0'.charCodeAt(0)

function isDigit (run: string, index: number): boolean {
  const digit = run.charCodeAt(index) - ZERO
  return digit >= 0 && digit <= 9
}

/** A GTIN-13 with its check digit (GS1 General Specifications, 7.9). Cards of 13 digits are not issued any more. */
function isBarCode (text: string): boolean {
  const digits = Array.from(text.replaceAll(/\D/g, ''), Number)
  return digits.length === 13 && digits.reduce((sum, digit, place) => sum + digit * (place % 2 === 0 ? 1 : 3), 0) % 10 === 0
}

/** Letters count as 10 to 35, the first four characters move to the end, and the whole leaves 1 when divided by 97. */
function isIban (text: string): boolean {
  const compact = text.replaceAll(' ', '')
  if (compact.length < IBAN_SHORTEST) return false
  const digits = Array.from(compact.slice(4) + compact.slice(0, 4), (character) => String(parseInt(character, 36))).join('')
  return Array.from(digits, Number).reduce((rest, digit) => (rest * 10 + digit) % 97, 0) === 1
}
