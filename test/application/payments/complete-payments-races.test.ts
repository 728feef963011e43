import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import type { LookupAnswer } from '#application/ports/payment-gateway.js'
import { laterBy } from '#domain/time.js'
import { countingIdentity, START } from '../../support/builders.js'
import { held, ScriptedGateway } from '../../support/scripted-gateway.js'
import { found, LEASE_OVER_MS, success, unknown, world } from '../../support/world.js'
import { MINUTE_MS, WAITS_MS, waiting, stored } from './completing.js'

t.test('two concurrent follow-ups ask once', async (t) => {
  const persistence = memoryStores()
  const identity = countingIdentity()
  const [one, other] = [world({ persistence, identity }), world({ persistence, identity })]
  const paymentId = await waiting(one)
  const asked = held<LookupAnswer>()
  for (const w of [one, other]) w.time.advance(5 * MINUTE_MS)
  one.gateway.willLookup(asked.step)
  const first = one.completePayments()
  await asked.called
  t.equal(await other.completePayments(), false, 'it is leased')
  t.match(await other.reconcilePayment(paymentId), { status: 'pending' }, 'also for a person')
  t.equal(other.gateway.lookups.length, 0)
  asked.release(found(success()))
  t.equal(await first, true)
  t.match(await stored(one, paymentId), { status: 'succeeded', lease: { epoch: 2, until: null } })
})

t.test('a follow-up whose lease ran out neither ends the lease of the next nor counts, and its facts are not lost', async (t) => {
  const persistence = memoryStores()
  const identity = countingIdentity()
  const [one, other] = [world({ persistence, identity }), world({ persistence, identity })]
  const paymentId = await waiting(one)
  const [slow, quick] = [held<LookupAnswer>(), held<LookupAnswer>()]
  for (const w of [one, other]) w.time.advance(5 * MINUTE_MS)
  one.gateway.willLookup(slow.step)
  const first = one.completePayments()
  await slow.called
  for (const w of [one, other]) w.time.advance(LEASE_OVER_MS)
  other.gateway.willLookup(quick.step)
  const second = other.completePayments()
  await quick.called
  slow.release(unknown)
  await first
  t.match(await stored(one, paymentId), { followUp: { tries: 0 }, lease: { epoch: 3, until: /./ } })
  quick.release(found(success()))
  await second
  t.match(await stored(one, paymentId), { status: 'succeeded', followUp: null, lease: { epoch: 3, until: null } })
})

t.test('a follow-up waits while a request holds the lease, and a repeat is refused while a follow-up does', async (t) => {
  const w = world()
  await waiting(w)
  w.time.advance(5 * MINUTE_MS)
  const resumed = held<LookupAnswer>()
  w.gateway.willLookup(resumed.step)
  const repeat = w.process()
  await resumed.called
  t.equal(await w.completePayments(), false)
  resumed.release(unknown)
  await repeat
  const asked = held<LookupAnswer>()
  w.gateway.willLookup(asked.step)
  const completed = w.completePayments()
  await asked.called
  await t.rejects(w.process(), { code: 'request_in_progress' })
  asked.release(found(success()))
  await completed
  t.match(await w.process(), { replayed: true, payment: { status: 'succeeded' } })
})

t.test('payments of a provider that is no longer configured are flagged in the end', async (t) => {
  const persistence = memoryStores()
  const identity = countingIdentity()
  const paymentId = await waiting(world({ persistence, identity, gateways: [new ScriptedGateway({ provider: 'gone' })] }))
  const w = world({ persistence, identity })
  for (const wait of WAITS_MS) {
    w.time.advance(wait)
    t.equal(await w.completePayments(), true)
  }
  t.match(await stored(w, paymentId), { status: 'pending', flags: ['outcome_unknown'], followUp: null })
})

t.test('a payment that fails delays no other, fails the run, and is due again after its lease', async (t) => {
  const w = world()
  w.gateway.willCharge(unknown, unknown, unknown)
  for (const key of ['1', '2', '3']) await w.process({}, key)
  w.time.advance(5 * MINUTE_MS)
  w.gateway.willLookup(found(success()), new Error('a bug'), found(success()))
  await t.rejects(w.completePayments(), { message: 'a bug' })
  t.equal((await w.listPayments({ userId: 'ada', status: 'succeeded', before: null, limit: 10 })).items.length, 2)
  t.equal(await w.completePayments(), false)
  w.time.advance(MINUTE_MS)
  w.gateway.willLookup(found(success()))
  t.equal(await w.completePayments(), true)
  t.equal((await w.listPayments({ userId: 'ada', status: 'succeeded', before: null, limit: 10 })).items.length, 3)
})

t.test('due payments are followed up run by run, longest due first', async (t) => {
  const w = world()
  for (let index = 0; index < 40; index++) {
    w.gateway.willCharge(unknown).willLookup(({ paymentId }) => found({ kind: 'succeeded', reference: paymentId, amount: 10_000, currency: 'TRY' }))
    await w.process({}, `key-${index}`)
    w.time.advance(1_000)
  }
  w.time.advance(5 * MINUTE_MS)
  const counts: number[] = []
  while (await w.completePayments()) counts.push(w.gateway.lookups.length)
  t.same(counts, [16, 32, 40])
  t.same(w.gateway.lookups.slice(0, 16).map(({ createdAt }) => createdAt).toSorted(), Array.from({ length: 16 }, (_, index) => laterBy(START, index * 1_000)))
})

t.test('a reconciliation asks the provider at once, and does not count as a follow-up', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  const { followUp } = await stored(w, paymentId)
  for (let index = 0; index < 10; index++) {
    w.gateway.willLookup(unknown)
    t.match(await w.reconcilePayment(paymentId), { status: 'pending', followUp, flags: [], lease: { epoch: index + 2, until: null } })
  }
  w.gateway.willLookup(found(success()))
  t.match(await w.reconcilePayment(paymentId), { status: 'succeeded', followUp: null })
  t.equal(w.gateway.lookups.length, 11)
  await t.rejects(w.reconcilePayment('pay_none'), { code: 'not_found' })
})
