/*
 * What a text costs as SMS. GSM 03.38 (3GPP TS 23.038) packs 160 characters of its default alphabet into one segment. The Turkish tables
 * add seven letters, each at the price of two. Every other character makes the whole text UCS-2, at 70 a segment.
 */

const DEFAULT = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà')
/** Written as two characters. */
const EXTENDED = new Set('^{}\\[~]|€')
const TURKISH = new Set('ĞİŞçğış')

/** `turkish`: the provider sends the Turkish tables, as Netgsm does under the encoding TR. */
export type SmsTables = 'default' | 'turkish'

interface Encoding {
  /** Units of a text in one segment, and of each segment of a longer text, whose header takes room. */
  readonly single: number
  readonly part: number
  /** Units of one character. A character is never split over two segments. */
  readonly unitsOf: (character: string) => number
}

const septetsOf = (character: string): number => DEFAULT.has(character) ? 1 : 2
const GSM: Encoding = { single: 160, part: 153, unitsOf: septetsOf }
const GSM_TURKISH: Encoding = { single: 155, part: 149, unitsOf: septetsOf }
const UCS2: Encoding = { single: 70, part: 67, unitsOf: (character) => character.length }

/** The number of segments in which a text goes out, and which it costs. */
export function segmentsOf (text: string, tables: SmsTables): number {
  const characters = Array.from(text)
  const { single, part, unitsOf } = encodingOf(characters, tables)
  const units = characters.map(unitsOf)
  if (units.reduce((sum, each) => sum + each, 0) <= single) return 1
  let segments = 1
  let used = 0
  for (const each of units) {
    if (used + each > part) {
      segments++
      used = 0
    }
    used += each
  }
  return segments
}

function encodingOf (characters: readonly string[], tables: SmsTables): Encoding {
  const others = characters.filter((character) => !isBasic(character))
  if (others.length === 0) return GSM
  return tables === 'turkish' && others.every((character) => TURKISH.has(character)) ? GSM_TURKISH : UCS2
}

function isBasic (character: string): boolean {
  return DEFAULT.has(character) || EXTENDED.has(character)
}

/** Whether a provider with the Turkish tables can send the character. */
export function isInTurkishTables (character: string): boolean {
  return isBasic(character) || TURKISH.has(character)
}

/** What stands for a character that typography wants and GSM 03.38 lacks. */
const PLAIN: Readonly<Record<string, string>> = {
  '\u20ba': 'TL', '‘': "'", '’': "'", '“': '"', '”': '"', '„': '"', '«': '"', '»': '"', '–': '-', '—': '-', '−': '-', '…': '...',
}

/**
 * The text with plain signs for those of typography, and Latin letters without the accents that the tables lack. Other characters stay:
 * they make the text UCS-2.
 */
export function smsText (text: string): string {
  return Array.from(text.normalize('NFC').replace(/[\p{Zs}\t]/gu, ' '), plainOf).join('')
}

function plainOf (character: string): string {
  if (isInTurkishTables(character)) return character
  const plain = PLAIN[character] ?? character.normalize('NFKD').replace(/\p{M}/gu, '')
  return plain !== '' && Array.from(plain).every(isInTurkishTables) ? plain : character
}
