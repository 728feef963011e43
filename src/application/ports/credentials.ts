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

/** Whether a password is one of the commonest 100,000 that are long enough. Case does not count. A few others count too. */
export type CommonPasswords = (password: string) => boolean

/** A refresh token, by its session and its secret. */
export interface RefreshSecret {
  readonly sessionId: string
  readonly secret: string
}

/**
 * Derives the secret of the next refresh token from a token, the same on every node with the same keys: 256 bits in base64url, 43
 * characters, which only a holder of the key can compute.
 */
export interface RefreshSuccessors {
  readonly next: (token: RefreshSecret) => string
  /** The next one, and what it is by each further key. */
  readonly all: (token: RefreshSecret) => readonly string[]
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
