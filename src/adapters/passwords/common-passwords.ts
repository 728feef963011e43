import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { normalPassword } from '#domain/accounts/password.js'
import type { CommonPasswords } from '#application/ports/credentials.js'

/** Of 10,000 passwords that are not common, about one is refused too. */
export const BITS_PER_PASSWORD = 20
const HASHES = 14

/** A Bloom filter in bytes: the common passwords of at least 10 characters. `scripts/common-passwords.js` makes it. */
export const FILTER_PATH = 'src/adapters/passwords/common-passwords.bin'

/** The filter is read when it is first asked for. Case does not count. */
export function makeCommonPasswords (): CommonPasswords {
  let filter: Buffer | undefined
  return (password) => {
    const bits = filter ??= readFileSync(join(dirname(String(findPackageJSON(import.meta.url))), FILTER_PATH))
    return positionsOf(password, bits.length * 8).every((position) => (bits.readUInt8(position >>> 3) >>> (position & 7) & 1) === 1)
  }
}

/** The bits of a password: two numbers of its SHA-256, combined (Kirsch and Mitzenmacher). */
export function positionsOf (password: string, bits: number): readonly number[] {
  const digest = hash('sha256', normalPassword(password).toLowerCase(), 'buffer')
  const [first, step] = [digest.readUIntBE(0, 6), digest.readUIntBE(6, 6)]
  return Array.from({ length: HASHES }, (_, index) => (first + index * (step % bits)) % bits)
}
