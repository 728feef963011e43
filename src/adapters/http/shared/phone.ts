import { Type } from '@sinclair/typebox'
import { parsePhoneNumberFromString, parsePhoneNumberWithError } from 'libphonenumber-js'

/** A number without a country's code is one of Türkiye. A text around a number is no number. */
const READING = { defaultCountry: 'TR', extract: false } as const

/** A phone number as people write it. Its format is one of ours. */
export const Phone = Type.String({
  format: 'phone',
  maxLength: 40,
  description: 'A phone number as people write it: with the country\'s code, or a number of Türkiye. It is kept as E.164, such as `+905321234567`',
})

export function isPhone (text: string): boolean {
  return parsePhoneNumberFromString(text, READING)?.isValid() === true
}

/** The number in the form of E.164. @throws Error for a text that is no phone number */
export function e164 (text: string): string {
  return parsePhoneNumberWithError(text, READING).number
}
