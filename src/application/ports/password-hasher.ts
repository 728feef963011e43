export interface PasswordCheck {
  readonly isRight: boolean
  /** Whether the hash was made with less work than is usual by now. */
  readonly isOutdated: boolean
}

/** Passwords as they may be stored. Both methods take a moment, off the event loop. @throws busy when too many wait already */
export interface PasswordHasher {
  hash: (password: string) => Promise<string>
  /** Without a hash the same work is done, in vain: nobody may tell by the time whether there is one. */
  verify: (password: string, hash: string | null) => Promise<PasswordCheck>
}
