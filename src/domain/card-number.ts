const SHORTEST = 13
const LONGEST = 19

/** What every card number is at least, grouped or not. Most texts hold nothing of the kind and need no closer look. */
const CANDIDATE = /\d(?:[ -]?\d){12}/
/** Runs of digits, or of digit groups that one space or dash sets apart. */
const CONTIGUOUS = /\d{13,}/g
const GROUPED = /(?<!\d)\d+(?:[ -]\d+)+/g
/** An id, whose groups are none of a card's. */
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi

/** Luhn's checksum (ISO/IEC 7812-1, annex B) over a text of digits. */
export function passesLuhn (digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    const doubled = i % 2 === 0 ? digit : digit * 2
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

function looksLikeCard (digits: string): boolean {
  return digits.length >= SHORTEST && digits.length <= LONGEST && passesLuhn(digits)
}

/** Some of neighbouring groups may make up the number: "call 7 4242 4242 4242 4242" holds one. */
function groupsHoldCard (run: string): boolean {
  const groups = run.split(/[ -]/)
  return groups.some((_, first) => {
    let digits = ''
    for (const group of groups.slice(first, first + LONGEST)) {
      digits += group
      if (digits.length > LONGEST) return false
      if (looksLikeCard(digits)) return true
    }
    return false
  })
}

/** Whether a text holds 13 to 19 digits that pass Luhn: what must neither be stored nor logged. */
export function containsCardNumber (text: string): boolean {
  if (!CANDIDATE.test(text)) return false
  for (const [digits] of text.matchAll(CONTIGUOUS)) if (looksLikeCard(digits)) return true
  for (const [run] of text.replace(UUID, 'x').matchAll(GROUPED)) if (groupsHoldCard(run)) return true
  return false
}
