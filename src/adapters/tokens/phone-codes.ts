import { createHmac, hkdfSync, randomInt } from 'node:crypto'
import { CODE_DIGITS } from '#domain/accounts/phone.js'
import type { PhoneCodes } from '#application/ports/phone-codes.js'

/** Codes whose digests are HMAC-SHA256 under a key of their own, derived (RFC 5869) from a secret of the service. */
export function makePhoneCodes (secret: string): PhoneCodes {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'basvideo phone codes', 32))
  return {
    make: () => String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0'),
    digestOf: (userId, code) => createHmac('sha256', key).update(`${userId} ${code}`).digest('base64url'),
  }
}
