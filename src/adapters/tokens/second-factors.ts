import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { DomainError } from '#domain/errors.js'
import { SECOND_MS } from '#domain/time.js'
import type { SecondFactors } from '#application/ports/second-factors.js'

const ISSUER = 'BasVideo'
const CODES = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** Steps by which the clock of a phone may be wrong, or its owner slow. */
const DRIFT_STEPS = 1
const RECOVERY_BYTES = 10
const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Secrets are sealed by AES-256-GCM, for their user alone, under keys of their own that come of the given secrets (HKDF, RFC 5869). The first
 * key seals, and all of them open.
 */
export function makeSecondFactors (secrets: readonly string[]): SecondFactors {
  const keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'basvideo second factor', 32)))
  const [sealing] = keys
  return {
    newSecret: () => new Secret().base32,
    addressOf: (secret, email) => new TOTP({ ...CODES, issuer: ISSUER, label: email, secret }).toString(),
    stepOf: (secret, code, now) => {
      const timestamp = Date.parse(now)
      const delta = TOTP.validate({ ...CODES, token: code, secret: Secret.fromBase32(secret), timestamp, window: DRIFT_STEPS })
      return delta === null ? null : Math.floor(timestamp / (CODES.period * SECOND_MS)) + delta
    },
    newRecoveryCode: () => new Secret({ size: RECOVERY_BYTES }).base32.replace(/.{4}(?=.)/g, '$&-'),
    seal: (userId, secret) => {
      if (sealing === undefined) throw new DomainError('second_factor_unavailable', 'the operator has set no SECOND_FACTOR_KEYS')
      return sealWith(sealing, userId, secret)
    },
    open: (userId, sealed) => {
      for (const key of keys) {
        const secret = openWith(key, userId, sealed)
        if (secret !== null) return { secret, isOutdated: key !== sealing }
      }
      return null
    },
  }
}

function sealWith (key: Buffer, userId: string, secret: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(userId))
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

function openWith (key: Buffer, userId: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url')
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(userId)).setAuthTag(bytes.subarray(-TAG_BYTES))
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString()
  } catch {
    return null
  }
}
