/** Letters that neither Unicode's decomposition nor its lower case folds: the dotless ı, and the ς at the end of a word. */
const ALIKE = new Map([['ı', 'i'], ['ς', 'σ']])

const ASCII = /^[ -~]*$/

/**
 * The form in which a search compares texts: without case, accents, and the dot that distinguishes İ/i from I/ı in Turkish, so that
 * any keyboard finds them. It depends on no locale and is the same on every node. Folding twice equals folding once, and the folded
 * beginning of a text is the beginning of the folded text.
 */
export function fold (text: string): string {
  // A search folds many texts for one page, and most of them are ASCII.
  if (ASCII.test(text)) return text.toLowerCase()
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[ıς]/g, (letter) => String(ALIKE.get(letter)))
}

/** The folded words of a text, in their order: its runs of letters and digits. */
export function wordsOf (text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? []
}

/**
 * The form in which e-mail addresses are compared. It lower-cases only A to Z: Unicode also turns the Kelvin sign into a "k", and
 * the two addresses may have different owners.
 */
export function foldEmail (email: string): string {
  return email.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
