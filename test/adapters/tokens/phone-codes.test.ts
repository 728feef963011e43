import t from 'tap'
import { makePhoneCodes } from '#adapters/tokens/phone-codes.js'

const { make, digestOf } = makePhoneCodes('a secret of the service')

t.test('codes are six digits, and differ', (t) => {
  const codes = Array.from({ length: 500 }, make)
  for (const code of codes) t.match(code, /^\d{6}$/)
  t.ok(new Set(codes).size > 450)
  t.ok(codes.some((code) => code.startsWith('0')), 'also those that begin with zero')
  t.end()
})

t.test('the digest of a code depends on it, on the user and on the secret', (t) => {
  const digest = digestOf('usr_1', '042137')
  t.equal(digestOf('usr_1', '042137'), digest)
  for (const other of [digestOf('usr_1', '042138'), digestOf('usr_2', '042137'), makePhoneCodes('another secret').digestOf('usr_1', '042137')]) t.not(other, digest)
  t.end()
})
