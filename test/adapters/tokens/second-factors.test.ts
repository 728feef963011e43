import { randomBytes } from 'node:crypto'
import t from 'tap'
import { makeSecondFactors } from '#adapters/tokens/second-factors.js'
import { codeOf } from '../../support/totp.js'

const KEY = 'a secret of the service that no one can guess'
const NEXT = 'the secret that comes after it, as hard to guess'
const { newSecret, addressOf, stepOf, newRecoveryCode, seal, open } = makeSecondFactors([KEY])

/** `12345678901234567890` in base32, the secret of RFC 6238, appendix B. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
/** Its codes for SHA-1 end with these six digits. */
const VECTORS: ReadonlyArray<[seconds: number, code: string]> = [
  [59, '287082'], [1_111_111_109, '081804'], [1_111_111_111, '050471'], [1_234_567_890, '005924'], [2_000_000_000, '279037'], [20_000_000_000, '353130'],
]
const momentOf = (seconds: number): string => new Date(seconds * 1000).toISOString()

t.test('codes are those of RFC 6238', (t) => {
  for (const [seconds, code] of VECTORS) {
    t.equal(stepOf(SECRET, code, momentOf(seconds)), Math.floor(seconds / 30), code)
    t.equal(codeOf(SECRET, momentOf(seconds)), code, 'and so is the other hand')
  }
  t.end()
})

t.test('a code of the step before or after is taken, and says which it is; others are none', (t) => {
  for (let index = 0; index < 50; index++) {
    const secret = newSecret()
    t.match(secret, /^[A-Z2-7]{32}$/)
    const seconds = 1_700_000_000 + index * 7
    const step = Math.floor(seconds / 30)
    const around = [-1, 0, 1].map((drift) => codeOf(secret, momentOf(seconds + drift * 30)))
    t.same(around.map((code) => stepOf(secret, code, momentOf(seconds))), [step - 1, step, step + 1])
    const far = [-3, -2, 2, 3].map((drift) => codeOf(secret, momentOf(seconds + drift * 30))).filter((code) => !around.includes(code))
    t.same(far.map((code) => stepOf(secret, code, momentOf(seconds))), far.map(() => null))
  }
  for (const odd of ['', '12345', '1234567', 'ABCDEFGHIJKLMNOP']) t.equal(stepOf(SECRET, odd, momentOf(59)), null)
  t.end()
})

t.test('an app takes the secret from an address', (t) => {
  const address = new URL(addressOf(SECRET, 'ada+1@example.com'))
  t.equal(address.protocol, 'otpauth:')
  t.equal(address.host, 'totp')
  t.equal(decodeURIComponent(address.pathname), '/BasVideo:ada+1@example.com')
  t.same(Object.fromEntries(address.searchParams), { issuer: 'BasVideo', secret: SECRET, algorithm: 'SHA1', digits: '6', period: '30' })
  t.end()
})

t.test('recovery codes are eighty random bits, in groups', (t) => {
  const codes = Array.from({ length: 200 }, newRecoveryCode)
  for (const code of codes) t.match(code, /^[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}$/)
  t.equal(new Set(codes).size, codes.length)
  t.end()
})

t.test('a sealed secret opens for its user alone, and under its key alone', (t) => {
  const sealed = seal('usr_ada', SECRET)
  t.same(open('usr_ada', sealed), { secret: SECRET, isOutdated: false })
  t.not(seal('usr_ada', SECRET), sealed, 'the same secret looks different each time')
  t.notMatch(Buffer.from(sealed, 'base64url').toString('latin1'), SECRET)
  t.equal(open('usr_bora', sealed), null)
  t.equal(makeSecondFactors([NEXT]).open('usr_ada', sealed), null)
  const bytes = Buffer.from(sealed, 'base64url')
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes)
    changed[index] = (changed[index] ?? 0) ^ 1
    t.equal(open('usr_ada', changed.toString('base64url')), null, `byte ${index}`)
  }
  for (const odd of ['', 'AAAA', randomBytes(20).toString('base64url')]) t.equal(open('usr_ada', odd), null)
  t.end()
})

t.test('after a new key, earlier secrets open as outdated, until the former key is taken out', (t) => {
  const sealed = seal('usr_ada', SECRET)
  const rotating = makeSecondFactors([NEXT, KEY])
  t.same(rotating.open('usr_ada', sealed), { secret: SECRET, isOutdated: true })
  t.same(makeSecondFactors([NEXT]).open('usr_ada', rotating.seal('usr_ada', SECRET)), { secret: SECRET, isOutdated: false })
  t.end()
})

t.test('without a key nothing is sealed or opened', (t) => {
  const none = makeSecondFactors([])
  t.throws(() => none.seal('usr_ada', SECRET), { code: 'second_factor_unavailable' })
  t.equal(none.open('usr_ada', seal('usr_ada', SECRET)), null)
  t.end()
})
