/** Codes that confirm phone numbers. */
export interface PhoneCodes {
  /** A random code of `CODE_DIGITS` digits. */
  readonly make: () => string
  /** Under a key of the service, so that no one who reads the stores can try all codes. */
  readonly digestOf: (userId: string, code: string) => string
}

/** Whether the operator sends SMS to numbers like this one, in E.164. */
export type IsSmsCountry = (phone: string) => boolean
