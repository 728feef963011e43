import { fold } from '../fold.js'
import { PLACES } from './places-of-turkey.js'

export interface Province {
  /** The plate code, from 01 to 81. */
  readonly code: string
  readonly name: string
  /** In the Turkish order. */
  readonly districts: readonly string[]
}

export const PROVINCES: readonly Province[] = PLACES.map(([code, name, districts]) => ({ code, name, districts: districts.split(',') }))

export type Place =
  | { readonly kind: 'resolved', readonly province: Province, readonly district: string }
  /** What the person may have meant, each as province and district; of a province that is not known, provinces alone. */
  | { readonly kind: 'unresolved', readonly field: 'city' | 'district', readonly candidates: readonly string[] }

const CANDIDATES_MAX = 5

/**
 * The province and the district that two texts name: exactly but for Turkish case, else as the only one that any keyboard could have meant.
 * A parcel that goes to a place which only resembles the one that was written is lost, so nothing else is resolved.
 */
export function resolvePlace (city: string, district: string): Place {
  const province = only(PROVINCES, ({ name }) => name, city)
  if (province === null) return { kind: 'unresolved', field: 'city', candidates: resembling(PROVINCES.map(({ name }) => name), city) }
  const found = only(province.districts, (name) => name, district)
  if (found === null) return { kind: 'unresolved', field: 'district', candidates: resembling(province.districts, district) }
  return { kind: 'resolved', province, district: found }
}

/** The one thing whose name a text is: exactly but for Turkish case, else as the only one that any keyboard could have meant. */
export function only<T> (things: readonly T[], nameOf: (thing: T) => string, text: string): T | null {
  for (const form of [turkishLower, plain]) {
    const wanted = form(text)
    const [one, another] = things.filter((thing) => form(nameOf(thing)) === wanted)
    if (one !== undefined) return another === undefined ? one : null
  }
  return null
}

/** Names that share their beginning with a text, the longest shared beginning first. */
function resembling (names: readonly string[], text: string): readonly string[] {
  const wanted = plain(text)
  const shared = (name: string): number => {
    const form = plain(name)
    let length = 0
    while (length < form.length && form[length] === wanted[length]) length++
    return length
  }
  return names.filter((name) => shared(name) > 0).toSorted((one, other) => shared(other) - shared(one)).slice(0, CANDIDATES_MAX)
}

/** Lower case as in Turkish, where I and İ are two letters, with single spaces. It depends on no locale of the machine. */
function turkishLower (text: string): string {
  return text.normalize('NFC').replaceAll('I', 'ı').replaceAll('İ', 'i').toLowerCase().trim().replace(/\s+/g, ' ')
}

/** Without accents and the dot of the i as well. */
function plain (text: string): string {
  return fold(text).trim().replace(/\s+/g, ' ')
}
