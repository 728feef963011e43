/** Letters that Unicode neither takes apart nor lower-cases to the one they are compared as: ı, and the ς at a word's end. */
const ALIKE = new Map([['ı', 'i'], ['ς', 'σ']])

const ASCII = /^[ -~]*$/

/**
 * A text as a search compares it: without case, accents and the dot by which Turkish tells İ/i from I/ı, so that it is found
 * from another keyboard too. It asks for no locale, and so is the same on every node. Folding again changes nothing, and what
 * begins a text begins the folded text too.
 */
export function fold (text: string): string {
  // Most texts have none of all that, and many are folded for one page.
  if (ASCII.test(text)) return text.toLowerCase()
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[ıς]/g, (letter) => String(ALIKE.get(letter)))
}

/** The runs of letters and digits of a text, folded, in their order. */
export function wordsOf (text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? []
}

/**
 * An address as it is compared. Only A to Z are lower-cased: Unicode makes a "k" of the Kelvin sign too, and whoever owns
 * the one address need not own the other.
 */
export function foldEmail (email: string): string {
  return email.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
