import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import { normalPassword } from '#domain/accounts/user.js'
import type { PasswordCheck, PasswordHasher } from '#application/ports/password-hasher.js'
import { Queue } from './queue.js'

/** What a hash costs: N is 2 to the power of `ln`. */
export interface ScryptCost {
  readonly ln: number
  readonly r: number
  readonly p: number
}

/** One of the settings of OWASP's Password Storage Cheat Sheet, all of which cost an attacker the same: 32 MiB, three times over. */
export const OWASP_COST: ScryptCost = { ln: 15, r: 8, p: 3 }

export interface ScryptOptionsOfOurs {
  readonly cost?: ScryptCost
  /** Hashes at once: each takes a thread of Node's four, which files and name look-ups want too, and its memory. */
  readonly concurrency?: number
  /** Hashes that may wait beside them. */
  readonly waiting?: number
}

const scryptKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)
const KEY_BYTES = 32
const SALT_BYTES = 16
/** Beyond this a stored hash is not ours, and not worth the memory. */
const LN_MAX = 20

/** scrypt (RFC 7914) in the thread pool. Hashes are `$scrypt$ln=15,r=8,p=3$<salt>$<key>`. */
export function scryptPasswords ({ cost = OWASP_COST, concurrency = 2, waiting = 64 }: ScryptOptionsOfOurs = {}): PasswordHasher {
  const queue = new Queue(concurrency, waiting)
  // As text, so that reading it is part of the work that is the same.
  const decoy = format({ cost, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) })

  return {
    async hash (password: string): Promise<string> {
      const salt = randomBytes(SALT_BYTES)
      const key = await queue.run(async () => await derive(password, salt, cost))
      return format({ cost, salt, key })
    },

    async verify (password: string, hash: string | null): Promise<PasswordCheck> {
      const stored = parse(hash ?? decoy)
      const key = await queue.run(async () => await derive(password, stored.salt, stored.cost))
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

/** @throws Error for what is no hash of ours */
function parse (hash: string): Stored {
  const [, ln, r, p, salt = '', key = ''] = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]{22})\$([\w-]{43})$/.exec(hash) ?? []
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  if (!(cost.ln <= LN_MAX)) throw new Error('a password hash that is not ours')
  return { cost, salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') }
}

async function derive (password: string, salt: Buffer, { ln, r, p }: ScryptCost): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: 256 * r * (2 ** ln + p) + 1024 }
  return await scryptKey(normalPassword(password), salt, KEY_BYTES, options)
}
