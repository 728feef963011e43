import { mock } from 'node:test'
import t from 'tap'
import { withBreaker } from '#adapters/breaker/gateway-breaker.js'
import type { ChargeAnswer, PaymentGateway } from '#application/ports/payment-gateway.js'
import { aPayment } from '../../support/builders.js'
import { held, ScriptedGateway } from '../../support/scripted-gateway.js'

const CHARGE = { payment: aPayment(), token: 'tok_ok', buyer: null, billingAddress: null, ip: '127.0.0.1', callbackUrl: 'https://api.example/return' }
const success: ChargeAnswer = { kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'TRY' }
const decline: ChargeAnswer = { kind: 'failed', reference: null, failure: { code: 'declined', message: 'no' } }
const unknown: ChargeAnswer = { kind: 'unknown', reason: 'timeout' }

t.beforeEach(() => { mock.timers.enable({ apis: ['Date'] }) })
t.afterEach(() => { mock.timers.reset() })

function watched (): { gateway: ScriptedGateway, breaker: PaymentGateway, out: () => number | null } {
  const gateway = new ScriptedGateway({ provider: 'watched', idempotent: false, currencies: ['TRY'] })
  const breaker = withBreaker(gateway)
  return { gateway, breaker, out: () => breaker.outageS?.() ?? null }
}

async function charge ({ gateway, breaker }: ReturnType<typeof watched>, ...answers: ChargeAnswer[]): Promise<void> {
  for (const answer of answers) {
    gateway.willCharge(answer)
    t.same(await breaker.charge(CHARGE), answer, 'what it answers passes through')
  }
}

const times = (count: number, answer: ChargeAnswer): ChargeAnswer[] => Array.from({ length: count }, () => answer)

t.test('a provider is out when more than half of its charges have an unknown outcome, counted from the tenth on', async t => {
  const w = watched()
  await charge(w, ...times(9, unknown))
  t.equal(w.out(), null, 'nine are no measure')
  await charge(w, unknown)
  t.equal(w.out(), 30)
  mock.timers.tick(10_500)
  t.equal(w.out(), 20)
})

t.test('half of the charges of unknown outcome are not enough, one more is', async t => {
  const w = watched()
  await charge(w, ...times(5, success), ...times(5, unknown))
  t.equal(w.out(), null)
  await charge(w, unknown)
  t.equal(w.out(), 30)
})

t.test('a provider that declines, or answers more often than not, is not out', async t => {
  const w = watched()
  await charge(w, ...times(30, decline))
  for (let index = 0; index < 10; index++) await charge(w, success, success, unknown)
  t.equal(w.out(), null)
})

t.test('a provider that refuses our key is out, and one that refuses single requests is not', async t => {
  const w = watched()
  await charge(w, ...times(30, { kind: 'refused', about: 'request', code: '5' }))
  t.equal(w.out(), null)
  await charge(w, ...times(11, { kind: 'refused', about: 'access', code: '1001' }))
  t.equal(w.out(), 30)
})

t.test('look-ups, refunds and cancels do not count, and are never held back', async t => {
  const w = watched()
  for (let index = 0; index < 30; index++) {
    w.gateway.willLookup({ kind: 'unknown', reason: 'forgotten' }).willRefund({ kind: 'unknown', reason: 'timeout' })
    await w.breaker.lookup(aPayment())
    await w.breaker.refund({ payment: aPayment(), refundId: 're_1', amount: 1 })
  }
  t.equal(w.out(), null)
  await charge(w, ...times(10, unknown))
  t.equal(w.out(), 30)
  w.gateway.willLookup({ kind: 'not_found' }).willRefund({ kind: 'succeeded' }).willCancel({ kind: 'found', facts: [] })
  t.same(await w.breaker.cancel(aPayment()), { kind: 'found', facts: [] })
  t.same(await w.breaker.lookup(aPayment()), { kind: 'not_found' })
  t.same(await w.breaker.refund({ payment: aPayment(), refundId: 're_1', amount: 1 }), { kind: 'succeeded' })
})

t.test('after half a minute one charge probes the provider, others have to wait, and its answer decides', async t => {
  const w = watched()
  await charge(w, ...times(10, unknown))
  mock.timers.tick(30_000)
  t.equal(w.out(), null, 'one may try')
  const probe = held<ChargeAnswer>()
  w.gateway.willCharge(probe.step)
  const tried = w.breaker.charge(CHARGE)
  await probe.called
  t.equal(w.out(), 2, 'the others wait')
  await charge(w, decline)
  probe.release(unknown)
  t.same(await tried, unknown)
  t.equal(w.out(), 30, 'still out')
  mock.timers.tick(30_000)
  await charge(w, success)
  t.equal(w.out(), null)
  await charge(w, ...times(8, unknown))
  t.equal(w.out(), null, 'it counts anew, beginning with the one that tried')
  await charge(w, unknown)
  t.equal(w.out(), 30)
})

t.test('a charge of a stored payment is tried even while the provider is out', async t => {
  const w = watched()
  await charge(w, ...times(10, unknown))
  await charge(w, success)
  t.equal(w.gateway.charges.length, 11)
  t.equal(w.out(), 30, 'but it was not meant to try')
})

t.test('an error of the gateway passes through', async t => {
  const w = watched()
  w.gateway.willCharge(new Error('a bug'))
  await t.rejects(w.breaker.charge(CHARGE), { message: 'a bug' })
})

t.test('everything else passes through', async t => {
  const { gateway, breaker } = watched()
  t.match(breaker, { provider: 'watched', capabilities: { idempotent: false, currencies: ['TRY'] }, signatureHeader: 'x-watched-signature' })
  gateway.willRefuse(new Error('not this'))
  t.throws(() => { breaker.check(CHARGE) }, { message: 'not this' })
  const webhook = { eventId: 'evt_1', type: 'x', paymentId: null, providerReference: null, fact: null }
  t.same(breaker.verifyWebhook({ ...gateway.delivery(webhook), now: '' }), webhook)
})

t.test('a gateway with lists of days keeps them, and one without has none', async (t) => {
  const page = { kind: 'listed', moves: [], hasMore: false } as const
  const listing = withBreaker(Object.assign(new ScriptedGateway(), { listDay: async () => page }))
  t.equal(await listing.listDay?.('2026-02-28', 1), page)
  t.equal(withBreaker(new ScriptedGateway()).listDay, undefined)
})

t.test('a gateway that takes installments still does', async t => {
  const installments = { currencies: ['TRY'], find: async () => unknown }
  t.equal(withBreaker(Object.assign(new ScriptedGateway(), { installments })).installments, installments)
  t.notOk('installments' in withBreaker(new ScriptedGateway()))
})

t.test('it tells its state, since when the provider is out or answers again, and the last code of an error', async t => {
  const w = watched()
  const since = (ms: number): string => new Date(ms).toISOString()
  t.same(w.breaker.standing?.(), { breaker: 'closed', since: null, lastErrorCode: null })
  await charge(w, { kind: 'refused', about: 'request', code: '5' }, ...times(3, decline))
  t.same(w.breaker.standing?.(), { breaker: 'closed', since: null, lastErrorCode: '5' }, 'a decline is no error')
  await charge(w, ...times(6, unknown))
  t.same(w.breaker.standing?.(), { breaker: 'open', since: since(0), lastErrorCode: 'outcome_unknown' })
  mock.timers.tick(29_999)
  t.match(w.breaker.standing?.(), { breaker: 'open', since: since(0) })
  mock.timers.tick(1)
  t.match(w.breaker.standing?.(), { breaker: 'half_open', since: since(0) }, 'one may try')
  const probe = held<ChargeAnswer>()
  w.gateway.willCharge(probe.step)
  const tried = w.breaker.charge(CHARGE)
  await probe.called
  t.match(w.breaker.standing?.(), { breaker: 'half_open', since: since(0) })
  probe.release({ kind: 'refused', about: 'access', code: '1001' })
  await tried
  t.same(w.breaker.standing?.(), { breaker: 'open', since: since(0), lastErrorCode: '1001' }, 'it was out all the time')
  mock.timers.tick(30_000)
  await charge(w, success)
  t.same(w.breaker.standing?.(), { breaker: 'closed', since: since(60_000), lastErrorCode: '1001' })
})
