export interface PasswordCheck {
  readonly isRight: boolean
  /** Whether the hash was made with less work than hashes are made with now. */
  readonly isOutdated: boolean
}

/**
 * Hashes passwords. Both methods take long, and run off the event loop. Calls wait in a line for the network of their `ip`, and the lines
 * take turns. @throws busy for the last of the longest line when too many calls wait
 */
export interface PasswordHasher {
  hash: (password: string, ip: string) => Promise<string>
  /**
   * A null hash is never right, and costs the same work, so that the time of an answer does not reveal whether an account
   * exists.
   */
  verify: (password: string, hash: string | null, ip: string) => Promise<PasswordCheck>
}

/** The claims of an access token. */
export interface AccessClaims {
  readonly sub: string
  readonly sid: string
  readonly role: string
  readonly email: string
  readonly email_verified: boolean
}

/** Signs an access token that is valid for `ACCESS_TOKEN_LIFETIME_MS`. */
export type TokenIssuer = (claims: AccessClaims) => string
