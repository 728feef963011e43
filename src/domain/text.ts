/**
 * A character that shows: no control, format or surrogate, no space, no mark alone, nothing that Unicode lets be ignored, such as the fillers of
 * Hangul and variation selectors, and not the blank of Braille. Characters that a later Unicode assigns are taken to show.
 */
export const SHOWN = '[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Z}\\p{M}\\p{DI}\\u2800]'
const SHOWN_CHARACTER = new RegExp(SHOWN, 'u')

export function showsSomething (text: string): boolean {
  return SHOWN_CHARACTER.test(text)
}

const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * The beginning of a text with at most so many characters, which are code points. The cut lies between two graphemes, so that no accent, flag
 * or family of emoji breaks, except in a first grapheme that is longer than the limit.
 */
export function beginningOf (text: string, characters: number): string {
  if (text.length <= characters) return text
  let count = 0
  let end = 0
  for (const { segment, index } of GRAPHEMES.segment(text.slice(0, 2 * (characters + 1)))) {
    count += Array.from(segment).length
    if (count > characters) break
    end = index + segment.length
  }
  return end === 0 ? Array.from(text.slice(0, 2 * characters)).slice(0, characters).join('') : text.slice(0, end)
}
