import { DomainError } from '../errors.js'
import { fold, wordsOf } from '../fold.js'
import type { Payment } from './payment.js'

/** Least characters of a query, and of the longest of its words where it is no id. */
export const QUERY_MIN_CHARACTERS = 2
export const QUERY_MAX_CHARACTERS = 100

/** Only so many different words of an order are looked at, so that all of its terms fit into one transaction of DynamoDB. */
export const ORDER_MAX_WORDS = 20
const WORD_MAX_CHARACTERS = 24

/** A word is indexed by its beginnings of these lengths. A query takes the longest that it covers; what that finds too much is left out later. */
const GRAM_LENGTHS = [2, 3, 5, 8] as const

/** Ids are found as a whole. Others than these can't be asked for: keys of an index are bounded. */
const WHOLE = /^[\x21-\x7e]{2,256}$/
/** What can be nothing but an id: of our own making, or an e-mail. */
const SURELY_WHOLE = /^pay_[a-z2-7]{52}$|^[^@]+@[^@]+$/

/** Begins the term of an id; that of a word begins otherwise. */
const WHOLE_SIGN = '='
const GRAM_SIGN = '~'

/** How orders are looked for. */
export interface Search {
  /** The query as an id of whatever kind, folded; null where it can be none. */
  readonly whole: string | null
  /** Each has to begin a word of the order; empty where words can't be meant. */
  readonly words: readonly string[]
  /** Every order that fits is found under one of these. */
  readonly terms: readonly string[]
}

/** @throws search_too_short */
export function searchOf (query: string): Search {
  const folded = fold(query.trim())
  const whole = WHOLE.test(folded) ? folded : null
  const words = whole !== null && SURELY_WHOLE.test(whole) ? [] : [...new Set(wordsOf(query).map(cut))]
  // The longest word is likely to be the rarest.
  const [longest = ''] = words.toSorted((one, other) => charactersOf(other).length - charactersOf(one).length)
  const gram = gramsOf(longest).at(-1)
  const terms = [...(whole === null ? [] : [wholeTerm(whole)]), ...(gram === undefined ? [] : [gram])]
  if (terms.length === 0) throw new DomainError('search_too_short', `at least one word has to have ${QUERY_MIN_CHARACTERS} letters or digits`)
  return { whole, words: gram === undefined ? [] : words, terms }
}

/** Whether the order is one of those that are looked for: the last word, after the index has proposed it. */
export function matchesSearch (payment: Payment, { whole, words }: Search): boolean {
  if (whole !== null && idsOf(payment).some((id) => id !== null && fold(id) === whole)) return true
  if (words.length === 0) return false
  const own = orderWords(payment)
  return words.every((word) => own.some((one) => one.startsWith(word)))
}

/** The terms under which an order is found, each once: at most 5 for ids and 80 for words. */
export function orderTerms (payment: Payment): string[] {
  return [...new Set([...wholes(idsOf(payment)).map(wholeTerm), ...orderWords(payment).flatMap(gramsOf)])]
}

/** The term that is added once the provider has given its reference; none where that can't be asked for. */
export function referenceTerms ({ providerReference }: Payment): string[] {
  return wholes([providerReference]).map(wholeTerm)
}

/** Whether the term is an id, of which few orders have the same, and not the beginning of a word. */
export function isWholeTerm (term: string): boolean {
  return term.startsWith(WHOLE_SIGN)
}

function idsOf ({ paymentId, orderId, providerReference, userId, buyerEmail }: Payment): Array<string | null> {
  return [paymentId, orderId, providerReference, userId, buyerEmail]
}

function wholes (ids: ReadonlyArray<string | null>): string[] {
  return ids.filter((id) => id !== null).map(fold).filter((folded) => WHOLE.test(folded))
}

/** The first different words of the description and the items. Reads no further than it needs to. */
function orderWords ({ description, items }: Payment): string[] {
  const words: string[] = []
  if (description !== null) addWords(words, description)
  for (const { name } of items) addWords(words, name)
  return words
}

/** Adds the words of a text that are new, while there is room. To a list, because so few are found faster in one than in a set. */
function addWords (words: string[], text: string): void {
  if (words.length === ORDER_MAX_WORDS) return
  for (const word of wordsOf(text).map(cut)) {
    if (words.length < ORDER_MAX_WORDS && !words.includes(word)) words.push(word)
  }
}

function wholeTerm (whole: string): string {
  return `${WHOLE_SIGN}${whole}`
}

/** From the shortest to the longest; none for a word of one character. */
function gramsOf (word: string): string[] {
  const characters = charactersOf(word)
  return GRAM_LENGTHS.filter((length) => length <= characters.length).map((length) => `${GRAM_SIGN}${characters.slice(0, length).join('')}`)
}

function cut (word: string): string {
  return word.length <= WORD_MAX_CHARACTERS ? word : charactersOf(word).slice(0, WORD_MAX_CHARACTERS).join('')
}

/** Whole characters: half of a surrogate pair is no key. */
function charactersOf (word: string): string[] {
  return Array.from(word)
}
