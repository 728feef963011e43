const SHORTEST = 13
const LONGEST = 19

/** What every card number is at least, grouped or not. Most texts hold nothing of the kind and need no closer look. */
const CANDIDATE = /\d(?:[ -]?\d){12}/
/** Digits, in groups that one space or dash sets apart. */
const RUN = /\d+(?:[ -]\d+)*/g
const GROUP = /\d+/g
/** An id, whose groups are none of a card's; ours stand behind a prefix and an underscore. */
const UUID = /(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi

/** Whether a text holds 13 to 19 digits that pass Luhn: what must neither be stored nor logged. */
export function containsCardNumber (text: string): boolean {
  if (!CANDIDATE.test(text)) return false
  for (const [run] of text.replace(UUID, 'x').matchAll(RUN)) {
    // Any groups that stand together may make up the number: "call 7 4242 4242 4242 4242" holds one.
    for (const { index } of run.matchAll(GROUP)) if (beginsCard(run, index)) return true
  }
  return false
}

/**
 * Whether a card number begins at this group and ends where one ends. Luhn's checksum (ISO/IEC 7812-1, annex B) doubles every
 * second digit counted from the end. Until the end is known both sums are kept, so that each start is looked at once,
 * whatever a text was made to cost.
 */
function beginsCard (run: string, start: number): boolean {
  let length = 0
  let evenDoubled = 0
  let oddDoubled = 0
  for (let i = start; i < run.length && length <= LONGEST; i++) {
    if (!isDigit(run, i)) continue
    const digit = run.charCodeAt(i) - ZERO
    // A double of two digits counts as their sum.
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
