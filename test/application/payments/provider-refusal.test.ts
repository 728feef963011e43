import t from 'tap'
import type { ChargeAnswer } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import { isRefusedByProvider } from '#domain/payments/refusal.js'
import { held, ScriptedGateway } from '../../support/scripted-gateway.js'
import { eventTypes, LEASE_OVER_MS, notFound, success, unknown, world } from '../../support/world.js'

const refused: ChargeAnswer = { kind: 'refused', about: 'access', code: '1001' }

function three () {
  const [first, second, third] = [new ScriptedGateway({ provider: 'first' }), new ScriptedGateway({ provider: 'second' }), new ScriptedGateway({ provider: 'third' })] as const
  return { first, second, third, ...world({ gateways: [first, second, third] }) }
}

t.test('a provider that does not take the request ends the payment at once: not charged, not declined, and the same for each repeat', async (t) => {
  const w = world()
  w.gateway.willCharge(refused)
  const { payment } = await w.process()
  t.match(payment, { status: 'canceled', lease: { until: null }, followUp: null, flags: [], failure: { code: 'provider_refused', message: /1001.*nothing was charged/ } })
  t.ok(isRefusedByProvider(payment))
  t.same(await eventTypes(w), ['payment.created', 'payment.canceled'], 'no event that mails the payer')
  t.same(await w.process(), { payment, replayed: true, refusal: null })
  t.same([w.gateway.charges.length, w.gateway.lookups.length, await w.payments.due('9999', 10)], [1, 0, []], 'nothing is left to ask')
})

t.test('the next provider that answers and accepts the request charges the same payment', async (t) => {
  const w = three()
  w.first.willCharge(refused)
  w.second.willRefuse(new DomainError('payment_method_invalid', 'not a token of mine'))
  w.third.willCharge(async ({ payment }) => {
    t.match(await w.payments.find(payment.paymentId), { provider: 'third', status: 'pending' }, 'stored before it is asked')
    return success()
  })
  const { payment, replayed } = await w.process()
  t.match([payment, replayed], [{ status: 'succeeded', provider: 'third', failure: null, lease: { epoch: 1, until: null } }, false])
  t.same(w.third.charges.map(({ payment: { paymentId } }) => paymentId), [payment.paymentId])
  t.same(await w.process(), { payment, replayed: true, refusal: null })
  t.same([w.first, w.second, w.third].map(({ charges }) => charges.length), [1, 0, 1])
})

t.test('the payment ends once each provider has refused, and a named provider is the only one that is asked', async (t) => {
  const w = three()
  w.third.outage = 9
  w.first.willCharge(refused, refused)
  w.second.willCharge({ ...refused, code: '11' })
  t.match(await w.process({}, 'k-1'), { payment: { status: 'canceled', provider: 'second', failure: { message: /\(11\)/ } } })
  t.match(await w.process({ provider: 'first' }, 'k-2'), { payment: { status: 'canceled', provider: 'first' } })
  t.equal(w.second.charges.length, 1)
})

t.test('a refusal says nothing about a charge that was sent before, so its outcome stays unknown', async (t) => {
  const w = world()
  w.gateway.willCharge(unknown, refused).willLookup(notFound)
  await w.process()
  w.time.advance(LEASE_OVER_MS)
  t.match(await w.process(), { replayed: true, payment: { status: 'pending', failure: null, lease: { until: null } } })
  t.equal(w.gateway.charges.length, 2)
})

t.test('no provider takes over a payment that is settled meanwhile', async (t) => {
  const w = three()
  w.first.willCharge(async ({ payment }) => {
    await w.told(payment.paymentId, success())
    return refused
  })
  t.match(await w.process(), { payment: { status: 'succeeded', provider: 'first', lease: { until: null } } })
  t.same([w.second, w.third].map(({ charges }) => charges.length), [0, 0])
})

t.test('no provider takes over a payment whose lease another request has taken', async (t) => {
  const w = three()
  const slow = held<ChargeAnswer>()
  w.first.willCharge(slow.step).willLookup(unknown)
  const first = w.process()
  await slow.called
  w.time.advance(LEASE_OVER_MS)
  t.match(await w.process(), { replayed: true, payment: { status: 'pending', lease: { epoch: 2 } } })
  slow.release(refused)
  t.match(await first, { payment: { status: 'pending', provider: 'first', lease: { epoch: 2 } } })
  t.same([w.second, w.third].map(({ charges }) => charges.length), [0, 0])
})
