import type { Timestamp } from '#domain/time.js'

/** A secret that was stored. */
export interface OpenedSecret {
  /** In base32. */
  readonly secret: string
  /** Whether it is sealed under a former key. */
  readonly isOutdated: boolean
}

/** The codes of apps (RFC 6238: SHA-1, 6 digits, steps of 30 seconds), and how their secrets are kept. */
export interface SecondFactors {
  /** A new secret in base32: 160 random bits. */
  readonly newSecret: () => string
  /** The `otpauth://` address by which an app takes a secret in, under the e-mail address of its account. */
  readonly addressOf: (secret: string, email: string) => string
  /** The step since 1970 whose code it is: that of the moment, the one before or the one after. Null: none of these. */
  readonly stepOf: (secret: string, code: string, now: Timestamp) => number | null
  /** A new recovery code, such as `ABCD-EFGH-2345-ABCD`: 80 random bits in base32. */
  readonly newRecoveryCode: () => string
  /** The secret as it is stored of a user, which no one reads without a key of the service. @throws second_factor_unavailable without a key */
  readonly seal: (userId: string, secret: string) => string
  /** Null: no key of ours has sealed it, or it was sealed for another user. */
  readonly open: (userId: string, sealed: string) => OpenedSecret | null
}
