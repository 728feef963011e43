import type { User } from './user.js'

/** The number that may get SMS: the one of the account, if it is confirmed. */
export function confirmedPhoneOf ({ phone, confirmedPhone }: User): string | null {
  return phone === confirmedPhone ? phone : null
}
