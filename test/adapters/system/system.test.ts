import t from 'tap'
import { clock, identity, pause } from '#adapters/system/system.js'

t.test('the clock is UTC in milliseconds', async t => {
  const before = Date.now()
  const told = clock()
  t.match(told, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.ok(Date.parse(told) >= before && Date.parse(told) <= Date.now())
})

t.test('a derived id is always the same, and differs for other parts', async t => {
  // base32 of the SHA-256 of ["ada","payment","k-1"]: fixed here, because ids that are stored must be found again.
  t.equal(identity.derived('pay', ['ada', 'payment', 'k-1']), 'pay_p2jjlwdp25org2guo4ryqvawqwsrnbkykjunmjrejuuuech2pg4a')
  const ids = [['a', 'b'], ['b', 'a'], ['ab'], ['a', 'b', ''], ['a,b'], ['a"', 'b'], ['a', '"b']].map((parts) => identity.derived('msg', parts))
  t.equal(new Set(ids).size, ids.length)
  for (const id of ids) t.match(id, /^msg_[a-z2-7]{52}$/)
})

t.test('random ids sort by time', async t => {
  const ids = Array.from({ length: 1000 }, () => identity.random('evt'))
  t.same([...ids].sort(), ids)
  t.equal(new Set(ids).size, 1000)
  t.match(ids[0], /^evt_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

t.test('a fingerprint does not depend on the order of keys', async t => {
  t.equal(identity.fingerprint({ a: 1, b: { c: [1, 2], d: null } }), identity.fingerprint({ b: { d: null, c: [1, 2] }, a: 1 }))
  const others = [{ a: 1 }, { a: '1' }, { a: [1] }, { a: 1, b: null }, {}, [], null, 'a', { a: [1, 2] }, { a: [2, 1] }]
  t.equal(new Set(others.map(identity.fingerprint)).size, others.length)
  t.match(identity.fingerprint(undefined), /^[0-9a-f]{64}$/)
})

t.test('a digest is the SHA-256 of the bytes', async t => {
  t.equal(identity.digest(new TextEncoder().encode('abc')), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

t.test('a pause ends after its time, or at the signal', async t => {
  const before = performance.now()
  await pause(20, new AbortController().signal)
  t.ok(performance.now() - before >= 19)
  await pause(60_000, AbortSignal.abort())
  const stop = new AbortController()
  const stopped = pause(60_000, stop.signal)
  stop.abort()
  await stopped
  t.ok(performance.now() - before < 30_000)
})
