import { DomainError } from '../errors.js'

export const PASSWORD_MIN_CHARACTERS = 10
/** Beyond what anybody types, and little work to hash. */
export const PASSWORD_MAX_CHARACTERS = 128

/** A password as it is hashed: keyboards write the same letter in several ways (NIST SP 800-63B, 3.1.1.2). */
export function normalPassword (password: string): string {
  return password.normalize('NFKC')
}

/**
 * Length is what makes a password strong; rules about kinds of characters only make it hard to remember.
 * @throws weak_password also for the own address or one letter over and over
 */
export function checkPassword (password: string, email: string): void {
  const characters = Array.from(normalPassword(password))
  if (characters.length < PASSWORD_MIN_CHARACTERS || characters.length > PASSWORD_MAX_CHARACTERS) {
    throw new DomainError('weak_password', `a password has ${PASSWORD_MIN_CHARACTERS} to ${PASSWORD_MAX_CHARACTERS} characters`)
  }
  if (password.toLowerCase().includes(email) || new Set(characters).size < 4) {
    throw new DomainError('weak_password', 'the password is one of the first that somebody would try')
  }
}
