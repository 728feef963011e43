import { DomainError } from '../errors.js'
import { fold, wordsOf } from '../fold.js'

export const PASSWORD_MIN_CHARACTERS = 10
/** More than people type, and cheap to hash. */
export const PASSWORD_MAX_CHARACTERS = 128

/** The form in which a password is hashed. Keyboards encode one letter in several ways (NIST SP 800-63B, 3.1.1.2). */
export function normalPassword (password: string): string {
  return password.normalize('NFKC')
}

/** Characters that a password has beside the words by which its owner is known. */
const OWN_CHARACTERS_MIN = 6
const SERVICE_NAME = 'basvideo'
/** Shorter words are parts of too many others. */
const WORD_MIN_CHARACTERS = 3

/** The person who chooses a password. */
export interface PasswordOwner {
  /** Folded by `foldEmail`. */
  readonly email: string
  readonly name: string
}

/**
 * Demands length, and what others do not guess. Rules about kinds of characters make a password harder to remember, not stronger.
 *
 * @throws weak_password also for a common password, one that contains the address or is little more than address and name, and one of
 *   fewer than four different characters
 */
export function checkPassword (password: string, owner: PasswordOwner, isCommon: (password: string) => boolean): void {
  const characters = Array.from(normalPassword(password))
  if (characters.length < PASSWORD_MIN_CHARACTERS || characters.length > PASSWORD_MAX_CHARACTERS) {
    throw new DomainError('weak_password', `choose a password of ${PASSWORD_MIN_CHARACTERS} to ${PASSWORD_MAX_CHARACTERS} characters`)
  }
  if (password.toLowerCase().includes(owner.email) || isOfOwner(password, owner) || new Set(characters).size < 4) {
    throw new DomainError('weak_password', 'choose a password that is more than your name and address, and has at least four different characters')
  }
  if (isCommon(password)) throw new DomainError('weak_password', 'many people have this password; choose another one')
}

/** Whether little is left of the password without the words of address and name, and the service's own. */
function isOfOwner (password: string, { email, name }: PasswordOwner): boolean {
  const words = [...wordsOf(email), ...wordsOf(name), SERVICE_NAME].filter(({ length }) => length >= WORD_MIN_CHARACTERS)
  const all = fold(password)
  const own = words.toSorted((one, other) => other.length - one.length).reduce((rest, word) => rest.replaceAll(word, ''), all)
  return own !== all && own.trim().length < OWN_CHARACTERS_MIN
}
