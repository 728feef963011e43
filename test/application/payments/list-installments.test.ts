import t from 'tap'
import { makeListInstallments } from '#application/payments/list-installments.js'
import type { InstallmentAnswer, InstallmentQuery } from '#application/ports/installment-offer.js'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import { countingIdentity, settableClock } from '../../support/builders.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { world } from '../../support/world.js'

const QUERY = { amount: 10_000, currency: 'TRY', bin: '554960' }
const CARD = { bank: 'Garanti', cardFamily: 'Bonus', cardType: null, cardAssociation: null, commercial: false, installments: [{ count: 1, monthly: 10_000, total: 10_000 }] }
const HOUR_MS = 60 * 60 * 1000

/** A provider that takes installments in TRY. */
class InstallmentGateway extends ScriptedGateway {
  readonly queries: InstallmentQuery[] = []
  answer: InstallmentAnswer = { kind: 'found', cards: [CARD] }
  readonly installments: NonNullable<PaymentGateway['installments']> = {
    currencies: ['TRY'],
    find: async (query) => {
      this.queries.push(query)
      return this.answer
    },
  }
}

function bank () {
  const gateway = new InstallmentGateway({ provider: 'taksit' })
  const time = settableClock()
  const identity = countingIdentity()
  return { gateway, time, identity, list: makeListInstallments({ gateways: [new ScriptedGateway(), gateway], identity, clock: time.clock }) }
}

t.test('a table comes from the provider that takes installments, and is remembered for an hour', async (t) => {
  const { gateway, time, list } = bank()
  t.same(await list(QUERY), [CARD])
  time.advance(HOUR_MS - 1)
  t.same(await list(QUERY), [CARD])
  t.same(gateway.queries, [QUERY])
  time.advance(1)
  await list(QUERY)
  t.equal(gateway.queries.length, 2)
})

t.test('another amount, another card and no card are questions of their own', async (t) => {
  const { gateway, list } = bank()
  for (const query of [QUERY, { ...QUERY, amount: 10_001 }, { ...QUERY, bin: '55496012' }, { ...QUERY, bin: null }, QUERY]) await list(query)
  t.equal(gateway.queries.length, 4)
})

t.test('the digits of a card are remembered only under a digest with a key of the process', async (t) => {
  const { gateway, identity } = bank()
  const fingerprinted: unknown[] = []
  const ports = { gateways: [gateway] as const, clock: settableClock().clock, identity: { ...identity, fingerprint: (request: unknown) => { fingerprinted.push(request); return identity.fingerprint(request) } } }
  await makeListInstallments(ports)(QUERY)
  await makeListInstallments(ports)(QUERY)
  const [one, other] = fingerprinted.map((request) => identity.fingerprint(request))
  t.not(one, other, 'each process has its own key')
})

t.test('at most 1,000 answers are remembered, and the oldest makes room', async (t) => {
  const { gateway, list } = bank()
  for (let amount = 1; amount <= 1_001; amount++) await list({ ...QUERY, amount })
  await list({ ...QUERY, amount: 2 })
  t.equal(gateway.queries.length, 1_001)
  await list({ ...QUERY, amount: 1 })
  t.equal(gateway.queries.length, 1_002)
})

t.test('without an answer of the provider the client waits, and nothing is remembered', async (t) => {
  const { gateway, list } = bank()
  gateway.answer = { kind: 'unknown', reason: 'timeout' }
  await t.rejects(list(QUERY), { code: 'provider_unavailable', retryAfterS: 5 })
  gateway.answer = { kind: 'found', cards: [] }
  t.same(await list(QUERY), [])
})

t.test('what no provider takes in installments is refused before one is asked', async (t) => {
  const { gateway, list } = bank()
  await t.rejects(list({ ...QUERY, currency: 'EUR' }), { code: 'not_offered' })
  await t.rejects(list({ ...QUERY, amount: 0 }), { code: 'invalid_amount' })
  await t.rejects(list({ ...QUERY, currency: 'XXX' }), { code: 'unsupported_currency' })
  t.same(gateway.queries, [])
})

t.test('a payment in installments goes to a provider that takes them, and is refused where none does', async (t) => {
  const taking = new InstallmentGateway({ provider: 'taksit' })
  const w = world({ gateways: [new ScriptedGateway(), taking] })
  taking.willCharge({ kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'TRY', charged: 10_690, installments: 3 })
  const { payment } = await w.process({ installments: 3 })
  t.match(payment, { provider: 'taksit', installments: 3, status: 'succeeded', capturedAmount: 10_000, taken: { amount: 10_690, installments: 3 } })
  await t.rejects(w.process({ installments: 3, provider: 'scripted' }, 'key-2'), { code: 'not_offered' })
  await t.rejects(w.process({ installments: 3, currency: 'EUR' }, 'key-2'), { code: 'not_offered' })
  await t.rejects(w.process({ installments: 6 }), { code: 'idempotency_key_reused' })
  w.gateway.willCharge({ kind: 'succeeded', reference: 'ref-2', amount: 10_000, currency: 'TRY' })
  t.match((await w.process({ installments: 1 }, 'key-3')).payment, { provider: 'scripted', installments: 1 })
})
