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
