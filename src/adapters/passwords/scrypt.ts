import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { normalPassword } from '#domain/accounts/password.js'
import type { PasswordCheck, PasswordHasher } from '#application/ports/credentials.js'
import { FairQueue } from './fair-queue.js'

/** The cost of a hash. N is 2 to the power of `ln`. */
export interface ScryptCost {
  readonly ln: number
  readonly r: number
  readonly p: number
}

/** A setting of OWASP's Password Storage Cheat Sheet, which are equally costly to an attacker: 32 MiB, three times. */
export const OWASP_COST: ScryptCost = { ln: 15, r: 8, p: 3 }

interface Options {
  readonly cost?: ScryptCost
  /** Hashes at once. Each takes memory and one of Node's four threads, which files and name look-ups share. */
  readonly concurrency?: number
  /** Hashes that may wait for these. */
  readonly waiting?: number
}

const scryptKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)
const KEY_BYTES = 32
const SALT_BYTES = 16
/** The limit for stored hashes: a higher cost is not ours and would take too much memory. */
const LN_MAX = 20

/** scrypt (RFC 7914) in the thread pool. Hashes are `$scrypt$ln=15,r=8,p=3$<salt>$<key>`. */
export function makeScryptPasswords ({ cost = OWASP_COST, concurrency = 2, waiting = 64 }: Options = {}): PasswordHasher {
  const queue = new FairQueue(concurrency, waiting)
  // Kept as text, so that a check without a hash also parses one.
  const decoy = format({ cost, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) })

  return {
    async hash (password: string, ip: string): Promise<string> {
      const salt = randomBytes(SALT_BYTES)
      const key = await queue.run(ip, async () => await derive(password, salt, cost))
      return format({ cost, salt, key })
    },

    async verify (password: string, hash: string | null, ip: string): Promise<PasswordCheck> {
      const stored = parse(hash ?? decoy)
      const key = await queue.run(ip, async () => await derive(password, stored.salt, stored.cost))
      const isRight = timingSafeEqual(key, stored.key) && hash !== null
      return { isRight, isOutdated: stored.cost.ln !== cost.ln || stored.cost.r !== cost.r || stored.cost.p !== cost.p }
    },
  }
}

interface Stored {
  readonly cost: ScryptCost
  readonly salt: Buffer
  readonly key: Buffer
}

function format ({ cost: { ln, r, p }, salt, key }: Stored): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${key.toString('base64url')}`
}

/** @throws Error for any other form */
function parse (hash: string): Stored {
  const [, ln, r, p, salt = '', key = ''] = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]{22})\$([\w-]{43})$/.exec(hash) ?? []
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  if (!(cost.ln <= LN_MAX)) throw new Error('the password hash has an unknown form')
  return { cost, salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') }
}

async function derive (password: string, salt: Buffer, { ln, r, p }: ScryptCost): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: 256 * r * (2 ** ln + p) + 1024 }
  return await scryptKey(normalPassword(password), salt, KEY_BYTES, options)
}
