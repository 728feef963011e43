/** What an access token says. */
export interface AccessClaims {
  readonly sub: string
  readonly sid: string
  readonly role: string
  readonly email: string
  readonly email_verified: boolean
}

/** Signs an access token that is good for `ACCESS_TOKEN_LIFETIME_MS`. */
export type TokenIssuer = (claims: AccessClaims) => string
