const SHORTEST = 13
const LONGEST = 19

/** At least 13 digits, grouped or not. Most texts do not match and need no closer look. */
const CANDIDATE = /\d(?:[ -]?\d){12}/
/** Groups of digits, separated by one space or dash. */
const RUN = /\d+(?:[ -]\d+)*/g
const GROUP = /\d+/g
/** A UUID, whose groups are not those of a card. Our ids put a prefix and an underscore before it. */
const UUID = /(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi

/** Whether a text holds 13 to 19 digits that pass Luhn's check. Such a text must neither be stored nor logged. */
export function containsCardNumber (text: string): boolean {
  if (!CANDIDATE.test(text)) return false
  for (const [run] of text.replace(UUID, 'x').matchAll(RUN)) {
    // Any sequence of groups can be the number: "call 7 4242 4242 4242 4242" holds one.
    for (const { index } of run.matchAll(GROUP)) if (beginsCard(run, index)) return true
  }
  return false
}

/**
 * Whether a card number begins at this group and ends at the end of a group. Luhn's checksum (ISO/IEC 7812-1, annex B) doubles
 * every second digit, counted from the end. The end is not known beforehand, so both sums are kept, and each start costs one pass,
 * even in a text that is made to be expensive.
 */
function beginsCard (run: string, start: number): boolean {
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
    if (length >= SHORTEST && length <= LONGEST && sum % 10 === 0 && !isDigit(run, i + 1)) return true
  }
  return false
}

const ZERO = '0'.charCodeAt(0)

function isDigit (run: string, index: number): boolean {
  const digit = run.charCodeAt(index) - ZERO
  return digit >= 0 && digit <= 9
}
