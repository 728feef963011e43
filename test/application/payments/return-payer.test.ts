import t from 'tap'
import { withMethods } from '#adapters/durability/proxy.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeReturnPayer } from '#application/payments/return-payer.js'
import { created } from '#domain/payments/decision.js'
import { aPayment, countingIdentity } from '../../support/builders.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { found, LEASE_OVER_MS, success, unknown, world } from '../../support/world.js'

/** A payment whose payer is on the provider's page. */
async function onPage () {
  const w = world()
  w.gateway.willCharge({ kind: 'requires_action', reference: 'ref-1', nextAction: { type: 'redirect', url: 'https://pay.example' } })
  const { payment } = await w.process({ token: null })
  return { ...w, ...payment }
}

t.test('the provider is given a random key in the return address, which is stored with the intent and the same for each repeat', async (t) => {
  const w = world()
  w.gateway.willCharge(unknown, success()).willLookup({ kind: 'not_found' })
  const { payment } = await w.process()
  t.match(payment.returnKey, /^[\w-]{43}$/)
  w.time.advance(LEASE_OVER_MS)
  t.match(await w.process(), { replayed: true, payment: { status: 'succeeded', returnKey: payment.returnKey } })
  t.same(w.gateway.charges.map(({ callbackUrl }) => callbackUrl), Array.from({ length: 2 }, () => `https://api.example/${payment.paymentId}?key=${payment.returnKey}`))
  w.gateway.willCharge(success('ref-2'))
  t.not((await w.process({}, 'key-2')).payment.returnKey, payment.returnKey)
})

t.test('a missing or wrong key opens nothing and asks no provider, and neither does the id of no payment', async (t) => {
  const { returnPayer, paymentId, returnKey, gateway } = await onPage()
  for (const key of [null, '', 'x'.repeat(43), `${returnKey}x`, String(returnKey).slice(1), 'null']) t.equal(await returnPayer({ paymentId, key }), null, String(key))
  t.equal(await returnPayer({ paymentId: 'pay_none', key: returnKey }), null)
  t.equal(gateway.lookups.length, 0)
  gateway.willLookup(found(success()))
  t.match(await returnPayer({ paymentId, key: returnKey }), { status: 'succeeded' })
})

t.test('a payment from before keys is opened by its id', async (t) => {
  const w = world()
  await w.payments.insert(created(aPayment()))
  for (const key of [null, 'anything']) t.match(await w.returnPayer({ paymentId: 'pay_1', key }), { paymentId: 'pay_1', returnKey: null })
})

t.test('look-ups are limited by payment, and then the payer sees what is stored', async (t) => {
  const w = await onPage()
  const { returnPayer, paymentId, returnKey, gateway, time } = w
  gateway.willLookup(...Array.from({ length: 9 }, () => unknown))
  for (let times = 0; times < 20; times++) t.match(await returnPayer({ paymentId, key: returnKey }), { status: 'requires_action' })
  t.equal(gateway.lookups.length, 5)
  time.advance(2000)
  await returnPayer({ paymentId, key: returnKey })
  t.equal(gateway.lookups.length, 6)
  gateway.willCharge({ kind: 'requires_action', reference: 'ref-2', nextAction: { type: 'redirect', url: 'https://pay.example' } })
  const { payment: other } = await w.process({ token: null }, 'key-2')
  await returnPayer({ paymentId: other.paymentId, key: other.returnKey })
  t.equal(gateway.lookups.length, 7, 'another payment has a limit of its own')
})

t.test('an error of the count is no limit', async (t) => {
  const w = await onPage()
  const localAttempts = withMethods(memoryStores().attempts, { update: async () => { throw new Error('broken') } })
  const returnPayer = makeReturnPayer({ payments: w.payments, gateways: [w.gateway], identity: countingIdentity(), clock: w.time.clock, localAttempts })
  await t.rejects(returnPayer({ paymentId: w.paymentId, key: w.returnKey }), { message: 'broken' })
})

t.test('a payer whose provider is no longer configured finds the payment unchanged', async (t) => {
  const w = world()
  w.gateway.willCharge(unknown)
  const { payment: { paymentId, returnKey } } = await w.process()
  w.time.advance(LEASE_OVER_MS)
  const ports = { payments: w.payments, identity: countingIdentity(), clock: w.time.clock, localAttempts: memoryStores().attempts }
  const returnPayer = makeReturnPayer({ ...ports, gateways: [new ScriptedGateway({ provider: 'another' })] })
  t.match(await returnPayer({ paymentId, key: returnKey }), { paymentId, status: 'pending' })
})
