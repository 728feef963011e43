import { DomainError } from '../errors.js'
import { fold, wordsOf } from '../fold.js'
import type { Payment } from './payment.js'

/** Characters that a query needs at least, or the longest of its words if it is not an id. */
export const QUERY_MIN_CHARACTERS = 2
export const QUERY_MAX_CHARACTERS = 100

/** Different words of an order that are indexed, so that all its terms fit into one transaction. */
export const ORDER_MAX_WORDS = 20
const WORD_MAX_CHARACTERS = 24

/**
 * A word is indexed under its beginnings of these lengths. A query looks under the longest of them that it covers, and filters
 * what it finds.
 */
const GRAM_LENGTHS = [2, 3, 5, 8] as const

/** An id is indexed as a whole. Others than these are not indexed, because keys of an index are bounded. */
const WHOLE = /^[\x21-\x7e]{2,256}$/
/** A query that can only be an id: one of our own, or an e-mail address. */
const SURELY_WHOLE = /^pay_[a-z2-7]{52}$|^[^@]+@[^@]+$/

/** The first characters of terms: of whole ids, and of beginnings of words. */
const WHOLE_SIGN = '='
const GRAM_SIGN = '~'

/** A parsed query. */
export interface Search {
  /** The query as an id of any kind, folded; null when it cannot be one. */
  readonly whole: string | null
  /** Each must begin a word of the order; empty when the query can only be an id. */
  readonly words: readonly string[]
  /** Each matching order is indexed under at least one of these. */
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
  if (terms.length === 0) throw new DomainError('search_too_short', `search for a word of at least ${QUERY_MIN_CHARACTERS} letters or digits`)
  return { whole, words: gram === undefined ? [] : words, terms }
}

/** Whether the order matches. The index only proposes candidates; this decides. */
export function matchesSearch (payment: Payment, { whole, words }: Search): boolean {
  if (whole !== null && idsOf(payment).some((id) => id !== null && fold(id) === whole)) return true
  if (words.length === 0) return false
  const own = orderWords(payment)
  return words.every((word) => own.some((one) => one.startsWith(word)))
}

/** The terms of an order, each once: at most 5 for ids and 80 for words. */
export function orderTerms (payment: Payment): string[] {
  return [...new Set([...wholes(idsOf(payment)).map(wholeTerm), ...orderWords(payment).flatMap(gramsOf)])]
}

/** The term of the provider's reference, which is added once it is known. None when it cannot be indexed. */
export function referenceTerms ({ providerReference }: Payment): string[] {
  return wholes([providerReference]).map(wholeTerm)
}

/** The terms under which a payer's e-mail addresses find orders. */
export function addressTerms (addresses: readonly string[]): string[] {
  return wholes(addresses).map(wholeTerm)
}

/** Whether the term is a whole id, which few orders share, and not the beginning of a word. */
export function isWholeTerm (term: string): boolean {
  return term.startsWith(WHOLE_SIGN)
}

function idsOf ({ paymentId, orderId, providerReference, userId, buyerEmail }: Payment): Array<string | null> {
  return [paymentId, orderId, providerReference, userId, buyerEmail]
}

function wholes (ids: ReadonlyArray<string | null>): string[] {
  return ids.filter((id) => id !== null).map(fold).filter((folded) => WHOLE.test(folded))
}

/** The first different words of the description and the items. */
function orderWords ({ description, items }: Payment): string[] {
  const words: string[] = []
  if (description !== null) addWords(words, description)
  for (const { name } of items) addWords(words, name)
  return words
}

/** Adds the new words of a text, while there is room. A list of so few words is faster than a set. */
function addWords (words: string[], text: string): void {
  if (words.length === ORDER_MAX_WORDS) return
  for (const word of wordsOf(text).map(cut)) {
    if (words.length < ORDER_MAX_WORDS && !words.includes(word)) words.push(word)
  }
}

function wholeTerm (whole: string): string {
  return `${WHOLE_SIGN}${whole}`
}

/** The terms of a word, from the shortest to the longest; none for a word of one character. */
function gramsOf (word: string): string[] {
  const characters = charactersOf(word)
  return GRAM_LENGTHS.filter((length) => length <= characters.length).map((length) => `${GRAM_SIGN}${characters.slice(0, length).join('')}`)
}

function cut (word: string): string {
  return word.length <= WORD_MAX_CHARACTERS ? word : charactersOf(word).slice(0, WORD_MAX_CHARACTERS).join('')
}

/** Code points: half of a surrogate pair cannot be part of a key. */
function charactersOf (word: string): string[] {
  return Array.from(word)
}
