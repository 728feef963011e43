import { getCountries, parsePhoneNumberFromString } from 'libphonenumber-js'
import type { IsSmsCountry } from '#application/ports/phone-codes.js'

/** Whether a text is the two letters of a country that has phone numbers, such as TR. */
export function isCountry (text: string): boolean {
  return (getCountries() as string[]).includes(text)
}

/** Numbers of these countries. One whose country the digits do not tell belongs to none. */
export function makeIsSmsCountry (countries: readonly string[]): IsSmsCountry {
  return (phone) => {
    const number = parsePhoneNumberFromString(phone)
    return number?.country !== undefined && number.isValid() && countries.includes(number.country)
  }
}
