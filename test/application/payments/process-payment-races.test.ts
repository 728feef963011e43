import t from 'tap'
import type { ChargeAnswer, LookupAnswer } from '#application/ports/payment-gateway.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import { memoryStores } from '#adapters/memory/stores.js'
import type { Payment } from '#domain/payments/payment.js'
import { countingIdentity } from '../../support/builders.js'
import { held, ScriptedGateway } from '../../support/scripted-gateway.js'
import { atOnce, decline, eventTypes, found, LEASE_OVER_MS, notFound, success, unknown, world } from '../../support/world.js'

/** The only stored payment. */
async function onlyPayment (w: ReturnType<typeof world>): Promise<Payment> {
  const { items: [payment, ...others] } = await w.listPayments({ userId: 'ada', status: null, before: null, limit: 10 })
  if (payment === undefined || others.length > 0) throw new Error('there is not exactly one payment')
  return payment
}

t.test('of two requests that find an unknown charge, one takes it over and the other is refused', async (t) => {
  const w = world()
  const answer = held<LookupAnswer>()
  w.gateway.willCharge(new Error('crash')).willLookup(answer.step)
  await t.rejects(w.process())
  w.time.advance(LEASE_OVER_MS)
  const both = atOnce([async () => await w.process(), async () => await w.process()])
  await answer.called
  answer.release(found(success()))
  const { answers, codes } = await both
  t.match(answers, [{ replayed: true, payment: { status: 'succeeded', lease: { epoch: 2, until: null } } }])
  t.same(codes, ['request_in_progress'])
  t.equal(w.gateway.lookups.length, 1)
})

t.test('of twenty requests that find an unknown charge, one asks and sends', async (t) => {
  const w = world()
  w.gateway.willCharge(new Error('crash'), success()).willLookup(notFound)
  await t.rejects(w.process())
  w.time.advance(LEASE_OVER_MS)
  const { answers, codes } = await atOnce(Array.from({ length: 20 }, () => async () => await w.process()))
  t.same([w.gateway.lookups.length, w.gateway.charges.length], [1, 2])
  t.equal(answers.length + codes.length, 20)
  t.equal((await onlyPayment(w)).status, 'succeeded')
})

t.test('a webhook that is faster than the answer makes one success with it', async (t) => {
  const w = world()
  const answer = held<ChargeAnswer>()
  w.gateway.willCharge(answer.step)
  const first = w.process()
  await answer.called
  t.equal(await w.told((await onlyPayment(w)).paymentId, success()), 'applied')
  answer.release(success())
  t.match(await first, { replayed: false, payment: { status: 'succeeded', capturedAmount: 10_000, flags: [], version: 3, lease: { until: null } } })
  t.same(await eventTypes(w), ['payment.created', 'payment.succeeded'])
})

t.test('a success by a faster webhook stays when the answer is lost, or is a decline', async (t) => {
  for (const late of [unknown, decline]) {
    const w = world()
    const answer = held<ChargeAnswer>()
    w.gateway.willCharge(answer.step)
    const first = w.process()
    await answer.called
    await w.told((await onlyPayment(w)).paymentId, success())
    answer.release(late)
    t.match(await first, { payment: { status: 'succeeded', failure: null, lease: { until: null } } })
  }
})

t.test('a success that comes after a decline by webhook is kept and flagged', async (t) => {
  const w = world()
  const answer = held<ChargeAnswer>()
  w.gateway.willCharge(answer.step)
  const first = w.process()
  await answer.called
  await w.told((await onlyPayment(w)).paymentId, decline)
  answer.release(success())
  t.match(await first, { payment: { status: 'succeeded', flags: ['late_success'], failure: null } })
})

t.test('the slow first request and the one that took over end as one charge', async (t) => {
  const w = world()
  const slow = held<ChargeAnswer>()
  w.gateway.willCharge(slow.step, success()).willLookup(notFound)
  const first = w.process()
  await slow.called
  w.time.advance(LEASE_OVER_MS)
  t.match(await w.process(), { replayed: true, payment: { status: 'succeeded', lease: { epoch: 2 } } })
  slow.release(success())
  t.match(await first, { payment: { status: 'succeeded', flags: [], lease: { epoch: 2 } } })
  t.same(await eventTypes(w), ['payment.created', 'payment.succeeded'])
})

t.test('an owner that lost the lease does not end the lease of the next', async (t) => {
  const w = world()
  const slow = held<ChargeAnswer>()
  const asked = held<LookupAnswer>()
  w.gateway.willCharge(slow.step).willLookup(asked.step)
  const first = w.process()
  await slow.called
  w.time.advance(LEASE_OVER_MS)
  const second = w.process()
  await asked.called
  slow.release(unknown)
  await first
  await t.rejects(w.process(), { code: 'request_in_progress' })
  asked.release(found(success()))
  t.match(await second, { payment: { status: 'succeeded', lease: { until: null } } })
})

t.test('a charge that is settled just before it is taken over is left alone', async (t) => {
  const persistence = memoryStores()
  let beforeUpdate = async (): Promise<void> => {}
  const payments: PaymentStore = {
    insert: async (decision) => await persistence.payments.insert(decision),
    find: async (paymentId) => await persistence.payments.find(paymentId),
    findMany: async (paymentIds) => await persistence.payments.findMany(paymentIds),
    findByReference: async (provider, reference) => await persistence.payments.findByReference(provider, reference),
    due: async (now, limit) => await persistence.payments.due(now, limit),
    listOfUser: async (userId, status, page) => await persistence.payments.listOfUser(userId, status, page),
    list: async (filter, page) => await persistence.payments.list(filter, page),
    update: async (paymentId, change, options) => {
      const run = beforeUpdate
      beforeUpdate = async () => {}
      await run()
      return await persistence.payments.update(paymentId, change, options)
    },
  }
  const w = world({ persistence: { ...persistence, payments } })
  w.gateway.willCharge(new Error('crash'))
  await t.rejects(w.process())
  const paymentId = (await onlyPayment(w)).paymentId
  w.time.advance(LEASE_OVER_MS)
  beforeUpdate = async () => { await w.told(paymentId, success()) }
  t.match(await w.process(), { replayed: true, payment: { paymentId, status: 'succeeded', lease: { epoch: 1 } } })
  t.equal(w.gateway.lookups.length, 0)
})

t.test('a charge is resumed with the provider that began it, whichever is preferred by now', async (t) => {
  const persistence = memoryStores()
  const old = new ScriptedGateway({ provider: 'old' })
  const identity = countingIdentity()
  const before = world({ persistence, identity, gateways: [old] })
  old.willCharge(unknown).willLookup(found(success()))
  await before.process()
  const preferred = new ScriptedGateway({ provider: 'preferred' })
  t.match(await world({ persistence, identity, gateways: [preferred, old] }).process(), { payment: { provider: 'old', status: 'succeeded' } })
  t.same([preferred.charges.length, preferred.lookups.length, old.lookups.length], [0, 0, 1])
})

t.test('a charge whose provider is no longer configured stays pending', async (t) => {
  const persistence = memoryStores()
  const identity = countingIdentity()
  const before = world({ persistence, identity, gateways: [new ScriptedGateway({ provider: 'old' })] })
  before.gateway.willCharge(unknown)
  const { payment } = await before.process()
  await t.rejects(world({ persistence, identity }).process(), { code: 'unknown_provider' })
  t.match(await persistence.payments.find(payment.paymentId), { status: 'pending', failure: null })
})
