import Fastify from 'fastify'
import t from 'tap'
import { makePages } from '#adapters/gateways/simulator/pages.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import { aPayment, settableClock, START } from '../../../support/builders.js'
import { bank, charge, charged, SUCCESS, told } from '../bank.js'
import { heldDelay, noDelay } from '../support.js'

const PAGE = 'https://pay.example/sim_00000001'

t.test('tok_processing_fails has the payer done their part, and fails later', async (t) => {
  const { world } = await charged('tok_processing_fails')
  t.match(await told(world), [['payment.processing', SUCCESS], ['payment.failed', { failure: { code: 'debit_returned' } }]])
  t.same(world.bank.effects(), { charges: 0, refunds: 0 })
})

t.test('tok_voucher shows a voucher that decides nothing, and is paid later', async (t) => {
  const { delay, waits } = heldDelay()
  const world = bank({ delay })
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await app.register(makePages({ bank: world.bank, delay: noDelay, newsWaitMs: 1 }))
  const printed = { kind: 'processing', reference: 'sim_00000001', nextAction: { type: 'voucher', url: PAGE } }
  t.same(await charge(world, 'tok_voucher'), printed)
  t.same(await world.gateway.lookup(aPayment()), { kind: 'found', facts: [printed] })
  const page = await app.inject('/simulator/pay/sim_00000001')
  t.match(page.body, 'This is your voucher.')
  t.notMatch(page.body, '<button')
  world.bank.decide('sim_00000001', false)
  const wait = await waits.next()
  wait.end()
  t.same((await told(world)).map(([type]) => type), ['payment.processing', 'payment.succeeded'])
})

t.test('tok_page_expires has a page that closes by itself, unless the payer decides before', async (t) => {
  const { delay, waits } = heldDelay()
  const world = bank({ delay })
  t.same(await charge(world, 'tok_page_expires'), { kind: 'requires_action', reference: 'sim_00000001', nextAction: { type: 'redirect', url: PAGE, expiresAt: laterBy(START, 2000) } })
  const wait = await waits.next()
  wait.end()
  t.same(await told(world), [['payment.canceled', SUCCESS]])
  t.same(await world.gateway.lookup(aPayment()), { kind: 'found', facts: [{ kind: 'canceled', reference: 'sim_00000001' }] })
  const other = heldDelay()
  const decided = bank({ delay: other.delay })
  await charge(decided, 'tok_page_expires')
  const closing = await other.waits.next()
  decided.bank.decide('sim_00000001', true)
  closing.end()
  t.same((await told(decided)).map(([type]) => type), ['payment.succeeded'])
})

t.test('a page closes when the offer of its payment ends', async (t) => {
  const expiresAt: Timestamp = laterBy(START, 60_000)
  for (const look of ['look-up', 'page', 'decision'] as const) {
    const time = settableClock()
    const world = bank({ clock: time.clock })
    const payment = aPayment({ expiresAt })
    t.match(await charge(world, null, payment), { kind: 'requires_action', nextAction: { expiresAt } })
    time.advance(59_999)
    t.match(await world.gateway.lookup(payment), { kind: 'found', facts: [{ kind: 'requires_action' }] })
    time.advance(1)
    if (look === 'page') t.match(world.bank.findByReference('sim_00000001'), { outcome: { status: 'canceled' } })
    if (look === 'decision') t.match(world.bank.decide('sim_00000001', true), { outcome: { status: 'canceled' } })
    t.match(await world.gateway.lookup(payment), { kind: 'found', facts: [{ kind: 'canceled' }] }, look)
    t.same((await told(world)).map(([type]) => type), ['payment.canceled'], 'once')
  }
})

t.test('tok_installments takes a tenth more in three installments, and all of it can go back', async (t) => {
  const { world, payment } = await charged('tok_installments')
  const taken = { kind: 'succeeded', reference: 'sim_00000001', amount: 10_000, currency: 'TRY', charged: 11_000, installments: 3 }
  t.same(await world.gateway.lookup(payment), { kind: 'found', facts: [taken] })
  t.same(await told(world), [['payment.succeeded', { ...SUCCESS, charged: 11_000, installments: 3 }]])
  t.match(await world.gateway.refund({ payment, refundId: 're_1', amount: 11_000 }), { kind: 'succeeded' })
})

t.test('tok_refund_refused refuses refunds, and says why', async (t) => {
  const { world, payment } = await charged('tok_refund_refused')
  t.match(await world.gateway.refund({ payment, refundId: 're_1', amount: 1 }), { kind: 'failed', failure: { code: 'insufficient_balance', message: /./ } })
  t.match((await told(world)).at(-1), ['refund.failed', { refundId: 're_1', failure: { code: 'insufficient_balance' } }])
  t.same(world.bank.effects(), { charges: 1, refunds: 0 })
})

t.test('tok_dashboard_refund gives half of the money back at the bank, if it is still there', async (t) => {
  const { world, payment } = await charged('tok_dashboard_refund')
  const { refundReference, ...data } = { ...(await told(world))[1]?.[1], refundReference: 'rf_00000003' }
  t.same(data, { ...SUCCESS, amount: 5_000 })
  t.notOk('refundId' in data, 'it carries no id of ours')
  t.match(await world.gateway.lookup(payment), { kind: 'found', facts: [{}, { kind: 'refund', refundId: null, reference: refundReference, status: 'succeeded', amount: 5_000 }] })
  t.match(await world.gateway.refund({ payment, refundId: 're_1', amount: 5_001 }), { kind: 'failed' })
  const { delay, waits } = heldDelay()
  const other = await charged('tok_dashboard_refund', { delay })
  const wait = await waits.next()
  await other.world.gateway.refund({ payment: other.payment, refundId: 're_1', amount: 10_000 })
  wait.end()
  t.same((await told(other.world)).map(([type]) => type), ['payment.succeeded', 'refund.succeeded'])
  t.same(other.world.bank.effects(), { charges: 1, refunds: 1 })
})

t.test('disputes are lost at once, reopened, or never more than an inquiry', async (t) => {
  for (const [token, words] of [['tok_dispute_lost_at_once', ['lost']], ['tok_dispute_reopened', ['opened', 'won', 'opened']], ['tok_inquiry', ['warned', 'prevented']]] as const) {
    const { world } = await charged(token)
    const [, ...news] = await told(world)
    t.same(news.map(([type]) => type), words.map((word) => `dispute.${word}`), token)
    t.equal(new Set(news.map(([, data]) => 'disputeId' in data ? data.disputeId : '')).size, 1, 'one dispute')
  }
})

t.test('after a restart what was taken beside the order can be refunded on trust', async (t) => {
  const world = bank()
  const payment = aPayment({ status: 'pending', providerReference: 'sim_7', taken: { amount: 10_001, currency: 'TRY', reference: 'sim_7', installments: 1 } })
  t.match(await world.gateway.refund({ payment, refundId: 're_1', amount: 10_001 }), { kind: 'succeeded' })
})
