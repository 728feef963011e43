import t from 'tap'
import { DomainError } from '#domain/errors.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { atOnce, found, success, unknown, world } from '../../support/world.js'

const euro = { kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'EUR' } as const

function three () {
  const lira = new ScriptedGateway({ provider: 'lira', currencies: ['TRY'] })
  const west = new ScriptedGateway({ provider: 'west', currencies: ['EUR', 'USD', 'TRY'] })
  const any = new ScriptedGateway({ provider: 'any' })
  return { lira, west, any, ...world({ gateways: [lira, west, any] }) }
}

async function nothingStored (w: ReturnType<typeof world>): Promise<void> {
  t.same((await w.listPayments({ userId: 'ada', status: null, before: null, limit: 10 })).items, [])
}

t.test('without a named provider, the first configured one that accepts the currency is charged', async t => {
  const w = three()
  w.lira.willCharge(success())
  w.west.willCharge(euro)
  w.any.willCharge({ ...euro, currency: 'JPY' })
  t.match(await w.process({ currency: 'TRY' }, 'k-1'), { payment: { provider: 'lira', status: 'succeeded' } })
  t.match(await w.process({ currency: 'EUR' }, 'k-2'), { payment: { provider: 'west', status: 'succeeded' } })
  t.match(await w.process({ currency: 'JPY' }, 'k-3'), { payment: { provider: 'any', status: 'succeeded' } })
})

t.test('a named provider is the only one that is charged, in a currency that it accepts', async t => {
  const w = three()
  await t.rejects(w.process({ provider: 'lira', currency: 'EUR' }), { code: 'unsupported_currency' })
  await t.rejects(w.process({ provider: 'nobody' }), { code: 'unknown_provider' })
  const only = world({ gateways: [new ScriptedGateway({ currencies: ['TRY'] })] })
  await t.rejects(only.process({ currency: 'EUR' }), { code: 'unsupported_currency' })
  for (const one of [w, only]) await nothingStored(one)
  w.any.willCharge(success())
  t.match(await w.process({ provider: 'any' }), { payment: { provider: 'any' } })
})

t.test('while the provider does not answer, a new payment stores nothing and is refused with the time to retry after', async t => {
  const w = world()
  w.gateway.outage = 17
  await t.rejects(w.process(), { code: 'provider_unavailable', retryAfterS: 17 })
  await nothingStored(w)
  t.equal(w.gateway.charges.length, 0)
  await t.rejects(w.process({ amount: 0 }), { code: 'invalid_amount' }, 'what is wrong anyhow is told first')
  w.gateway.willRefuse(new DomainError('buyer_required', 'who pays?'))
  await t.rejects(w.process(), { code: 'buyer_required' })
})

t.test('another provider that answers and accepts the request steps in if the choice was left open', async t => {
  const w = three()
  w.lira.outage = 5
  w.west.willRefuse(new DomainError('payment_method_invalid', 'not a token of mine'))
  w.any.willCharge(success())
  t.match(await w.process({}, 'k-1'), { payment: { provider: 'any', status: 'succeeded' } })
  w.any.outage = 3
  await t.rejects(w.process({}, 'k-2'), { code: 'provider_unavailable', retryAfterS: 5 })
  await t.rejects(w.process({ provider: 'lira' }, 'k-3'), { code: 'provider_unavailable' })
  w.west.willRefuse(new Error('a bug'))
  await t.rejects(w.process({}, 'k-4'), { message: 'a bug' })
  t.equal((await w.listPayments({ userId: 'ada', status: null, before: null, limit: 10 })).items.length, 1)
})

t.test('a repeat finds its payment while the provider does not answer, and continues with the provider of the first request', async t => {
  const w = three()
  w.lira.willCharge(unknown)
  const { payment: { paymentId } } = await w.process()
  w.lira.outage = 30
  w.lira.willLookup(unknown)
  t.match(await w.process(), { replayed: true, payment: { paymentId, provider: 'lira', status: 'pending' } })
  await t.rejects(w.process({ orderId: 'another' }), { code: 'idempotency_key_reused' })
  w.lira.willLookup(found(success()))
  t.match(await w.process(), { replayed: true, payment: { paymentId, provider: 'lira', status: 'succeeded' } })
  t.match(await w.process(), { replayed: true, payment: { status: 'succeeded' } })
  t.same([w.west.charges.length, w.any.charges.length, w.lira.charges.length], [0, 0, 1])
})

t.test('a repeat finds its payment while the only provider does not answer', async t => {
  const w = world()
  w.gateway.willCharge(success())
  const { payment: { paymentId } } = await w.process()
  w.gateway.outage = 30
  t.match(await w.process(), { replayed: true, payment: { paymentId, status: 'succeeded' } })
  await t.rejects(w.process({}, 'another'), { code: 'provider_unavailable' })
})

t.test('a repeat after another provider stepped in finds its payment, even when the first provider answers again', async t => {
  const w = three()
  w.lira.outage = 5
  w.west.willCharge(unknown)
  const { payment: { paymentId } } = await w.process()
  w.lira.outage = null
  w.west.willLookup(found(success()))
  t.match(await w.process(), { replayed: true, payment: { paymentId, provider: 'west', status: 'succeeded' } })
  t.equal(w.lira.charges.length, 0)
})

t.test('of many concurrent requests with one key, some of which see the provider out, one is charged', async t => {
  const w = three()
  w.lira.willCharge(success())
  w.west.willCharge(success())
  const { answers } = await atOnce(Array.from({ length: 10 }, (_, index) => async () => {
    w.lira.outage = index % 2 === 0 ? null : 9
    return await w.process()
  }))
  t.equal(new Set(answers.map(({ payment }) => payment.provider)).size, 1)
  t.equal(w.lira.charges.length + w.west.charges.length, 1)
})
