export interface PasswordCheck {
  readonly isRight: boolean
  /** Whether the hash was made with less work than hashes are made with now. */
  readonly isOutdated: boolean
}

/** Hashes passwords. Both methods take long, and run off the event loop. @throws busy when too many calls wait */
export interface PasswordHasher {
  hash: (password: string) => Promise<string>
  /** A null hash is never right, and costs the same work, so that the time of an answer does not reveal whether an account exists. */
  verify: (password: string, hash: string | null) => Promise<PasswordCheck>
}
