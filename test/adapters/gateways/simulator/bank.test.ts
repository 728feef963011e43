import t from 'tap'
import { aCapturedPayment, aPayment, aRefund, START } from '../../../support/builders.js'
import { bank, charge, charged, SUCCESS, told } from '../bank.js'
import { heldDelay } from '../support.js'

t.test('tok_ok is charged at once, and leads to a webhook', async (t) => {
  const world = bank()
  t.same(await charge(world, 'tok_ok'), { kind: 'succeeded', reference: 'sim_00000001', amount: 10_000, currency: 'TRY' })
  t.same(await told(world), [['payment.succeeded', SUCCESS]])
})

t.test('every definite decline has a code of its own, in the answer and in the webhook', async (t) => {
  const declines = [['tok_declined', 'card_declined'], ['tok_insufficient_funds', 'insufficient_funds']] as const
  const unknown = ['tok_nobody_knows', 'tok_ok+odd', 'tok_ok+', 'tok_ok+lost+lost', '', '__proto__'].map((token) => [token, 'invalid_payment_method'] as const)
  for (const [token, code] of [...declines, ...unknown]) {
    const world = bank()
    t.match(await charge(world, token), { kind: 'failed', reference: 'sim_00000001', failure: { code } }, token)
    t.match(await told(world), [['payment.failed', { ...SUCCESS, failure: { code } }]], token)
    t.same(world.bank.effects(), { charges: 0, refunds: 0 })
  }
})

t.test('without a token, as with tok_requires_action, the payer decides on the hosted page, once', async (t) => {
  for (const token of [null, 'tok_requires_action']) {
    const world = bank()
    const answer = { kind: 'requires_action', reference: 'sim_00000001', nextAction: { type: 'redirect', url: 'https://pay.example/sim_00000001' } }
    t.same(await charge(world, token), answer)
    t.same(await world.gateway.lookup(aPayment()), { kind: 'found', facts: [answer] })
    t.same(world.bank.effects(), { charges: 0, refunds: 0 })
    world.bank.decide('sim_00000001', true)
    world.bank.decide('sim_00000001', false)
    t.match(await charge(world, token), { kind: 'succeeded' })
    t.same(await told(world), [['payment.succeeded', SUCCESS]])
    t.same(world.bank.effects(), { charges: 1, refunds: 0 })
  }
})

t.test('a page that is canceled takes no decision any more, and a decision stays', async (t) => {
  const world = bank()
  await charge(world, null)
  const canceled = { kind: 'found', facts: [{ kind: 'canceled', reference: 'sim_00000001' }] } as const
  t.same(await world.gateway.cancel(aPayment()), canceled)
  world.bank.decide('sim_00000001', true)
  t.same(await world.gateway.lookup(aPayment()), canceled)
  t.same(world.bank.effects(), { charges: 0, refunds: 0 })
  const decided = bank()
  await charge(decided, null)
  decided.bank.decide('sim_00000001', true)
  t.match(await decided.gateway.cancel(aPayment()), { kind: 'found', facts: [{ kind: 'succeeded' }] })
  t.match(await bank().gateway.cancel(aPayment()), { kind: 'unknown' }, 'it does not know the payment')
})

t.test('tok_processing is settled by a later webhook', async (t) => {
  const { delay, waits } = heldDelay()
  const world = bank({ delay })
  const processing = { kind: 'processing', reference: 'sim_00000001' }
  t.same(await charge(world, 'tok_processing'), processing)
  const wait = await waits.next()
  t.equal(wait.milliseconds, 2000)
  t.same(await world.gateway.lookup(aPayment()), { kind: 'found', facts: [processing] })
  wait.end()
  t.same(await told(world), [['payment.processing', SUCCESS], ['payment.succeeded', SUCCESS]])
  t.same(world.bank.effects(), { charges: 1, refunds: 0 })
})

t.test('tok_timeout_charged has charged: a repeat is that charge, and a webhook follows', async (t) => {
  const { delay, waits } = heldDelay()
  const world = bank({ delay })
  t.match(await charge(world, 'tok_timeout_charged'), { kind: 'unknown' })
  t.match(await charge(world, 'tok_timeout_charged'), { kind: 'succeeded', reference: 'sim_00000001' })
  const wait = await waits.next()
  t.same(world.sent.items, [])
  wait.end()
  t.same(await told(world), [['payment.succeeded', SUCCESS]])
  t.equal(world.bank.effects().charges, 1)
})

t.test('tok_timeout_not_charged is lost the first time only, for each payment', async (t) => {
  const world = bank()
  t.match(await charge(world, 'tok_timeout_not_charged'), { kind: 'unknown' })
  t.match(await charge(world, 'tok_timeout_not_charged', aPayment({ paymentId: 'pay_2' })), { kind: 'unknown' })
  t.equal(world.bank.effects().charges, 0)
  t.match(await charge(world, 'tok_timeout_not_charged'), { kind: 'succeeded' })
  t.equal(world.bank.effects().charges, 1)
})

t.test('tok_error is unknown however often it is tried, and never charges', async (t) => {
  const world = bank()
  t.match(await charge(world, 'tok_error'), { kind: 'unknown', reason: /500/ })
  t.match(await charge(world, 'tok_error'), { kind: 'unknown', reason: /500/ })
  t.same(await world.gateway.lookup(aPayment()), { kind: 'not_found' })
  t.same(world.bank.effects(), { charges: 0, refunds: 0 })
})

t.test('tok_slow charges once, after its time, however many requests come meanwhile', async (t) => {
  const { delay, waits } = heldDelay()
  const world = bank({ delay })
  const answers = [charge(world, 'tok_slow'), charge(world, 'tok_slow')]
  const [first, second] = [await waits.next(), await waits.next()]
  t.equal(first.milliseconds, 3000)
  t.match(await world.gateway.lookup(aPayment()), { kind: 'unknown' })
  first.end()
  second.end()
  t.match(await Promise.all(answers), [{ kind: 'succeeded', reference: 'sim_00000001' }, { kind: 'succeeded', reference: 'sim_00000001' }])
  t.equal(world.bank.effects().charges, 1)
})

t.test('tok_amount_mismatch captures another amount than requested', async (t) => {
  const world = bank()
  t.match(await charge(world, 'tok_amount_mismatch'), { kind: 'succeeded', amount: 10_001 })
  t.same(await told(world), [['payment.succeeded', { ...SUCCESS, amount: 10_001 }]])
})

t.test('tok_dispute is disputed some time after its success', async (t) => {
  const { delay, waits } = heldDelay()
  const world = bank({ delay })
  t.match(await charge(world, 'tok_dispute'), { kind: 'succeeded' })
  const wait = await waits.next()
  const success = { kind: 'succeeded', reference: 'sim_00000001', amount: 10_000, currency: 'TRY' }
  t.same(await world.gateway.lookup(aPayment()), { kind: 'found', facts: [success] })
  wait.end()
  const [, dispute] = await told(world)
  t.match(dispute, ['dispute.opened', { ...SUCCESS, disputeId: /^dp_/ }])
  const disputeId = world.bank.find('pay_1')?.dispute?.disputeId
  t.same(await world.gateway.lookup(aPayment()), { kind: 'found', facts: [success, { kind: 'dispute', disputeId, status: 'open', amount: 10_000, currency: 'TRY', at: START, charge: 'sim_00000001' }] })
})

for (const end of ['won', 'lost'] as const) {
  t.test(`tok_dispute_${end} is disputed, and ${end} some time later`, async (t) => {
    const { world } = await charged(`tok_dispute_${end}`)
    const news = await told(world)
    t.same(news.map(([type]) => type), ['payment.succeeded', 'dispute.opened', `dispute.${end}`])
    const [opened, ended] = news.slice(1).map(([, data]) => data)
    t.same(opened, ended, 'the same dispute')
    const found = await world.gateway.lookup(aPayment())
    t.match(found, { kind: 'found', facts: [{ kind: 'succeeded' }, { kind: 'dispute', status: end, amount: 10_000 }] })
  })
}

t.test('amounts stand for tokens where the token is tok_ok, and for nothing else', async (t) => {
  t.match(await charge(bank(), 'tok_ok', aPayment({ amount: 666_01 })), { kind: 'failed', failure: { code: 'card_declined' } })
  t.match(await charge(bank(), 'tok_ok+lost', aPayment({ amount: 666_01 })), { kind: 'succeeded' })
  t.match(await charge(bank(), null, aPayment({ amount: 666_01 })), { kind: 'requires_action' })
  t.match(await charge(bank(), 'tok_ok', aPayment({ amount: 66_602 })), { kind: 'failed', failure: { code: 'insufficient_funds' } })
})

t.test('refunds lead to webhooks with their own amount, refused ones too', async (t) => {
  const { world, payment } = await charged('tok_ok')
  const failure = { code: 'amount_too_high', message: 'less than this amount is left to refund' }
  t.same(await world.gateway.refund({ payment, refundId: 're_1', amount: 9_999 }), { kind: 'succeeded', reference: 'rf_00000003' })
  t.same(await world.gateway.refund({ payment, refundId: 're_2', amount: 2 }), { kind: 'failed', reference: 'rf_00000005', failure })
  t.same(await world.gateway.refund({ payment, refundId: 're_2', amount: 2 }), { kind: 'failed', reference: 'rf_00000005', failure })
  t.same((await told(world)).slice(1), [
    ['refund.succeeded', { ...SUCCESS, amount: 9_999, refundId: 're_1', refundReference: 'rf_00000003' }],
    ['refund.failed', { ...SUCCESS, amount: 2, refundId: 're_2', refundReference: 'rf_00000005', failure }],
  ])
  t.same(await world.gateway.lookup(payment), {
    kind: 'found',
    facts: [
      { kind: 'succeeded', reference: 'sim_00000001', amount: 10_000, currency: 'TRY' },
      { kind: 'refund', refundId: 're_1', status: 'succeeded', amount: 9_999, currency: 'TRY', reference: 'rf_00000003', charge: 'sim_00000001' },
      { kind: 'refund', refundId: 're_2', status: 'failed', amount: 2, currency: 'TRY', reference: 'rf_00000005', charge: 'sim_00000001', failure },
    ],
  })
  t.same(world.bank.effects(), { charges: 1, refunds: 1 })
})

t.test('a payment that was not charged is not refunded', async (t) => {
  const { world, payment } = await charged('tok_requires_action')
  t.match(await world.gateway.refund({ payment, refundId: 're_1', amount: 1 }), { kind: 'failed', failure: { code: 'amount_too_high' } })
})

t.test('tok_refund_fails_later acknowledges a refund, and takes it back: the money can be refunded again', async (t) => {
  const { delay, waits } = heldDelay()
  const { world, payment } = await charged('tok_refund_fails_later', { delay })
  t.match(await world.gateway.refund({ payment, refundId: 're_1', amount: 10_000 }), { kind: 'succeeded' })
  const wait = await waits.next()
  t.match(await world.gateway.refund({ payment, refundId: 're_2', amount: 1 }), { kind: 'failed' }, 'all of it is given back')
  wait.end()
  t.same((await told(world)).map(([type]) => type), ['payment.succeeded', 'refund.succeeded', 'refund.failed', 'refund.failed'])
  t.match(await world.gateway.refund({ payment, refundId: 're_1', amount: 10_000 }), { kind: 'failed', failure: { code: 'account_closed' } })
  t.match(await world.gateway.refund({ payment, refundId: 're_3', amount: 10_000 }), { kind: 'succeeded' })
})

t.test('after a restart a payment with a reference of ours is refunded on trust, up to what is left of it', async (t) => {
  const world = bank()
  const payment = aCapturedPayment({
    providerReference: 'sim_0197',
    refunds: [aRefund({ refundId: 're_1', amount: 4_000, status: 'succeeded' }), aRefund({ refundId: 're_2', amount: 6_000 })],
  })
  t.match(await world.gateway.lookup(payment), { kind: 'unknown' })
  t.match(await world.gateway.refund({ payment, refundId: 're_3', amount: 6_001 }), { kind: 'failed' })
  t.match(await world.gateway.refund({ payment, refundId: 're_2', amount: 6_000 }), { kind: 'succeeded' })
  t.match(await told(world), [
    ['refund.failed', { ...SUCCESS, reference: 'sim_0197', amount: 6_001, refundId: 're_3' }],
    ['refund.succeeded', { ...SUCCESS, reference: 'sim_0197', amount: 6_000, refundId: 're_2' }],
  ])
})

t.test('after a restart a refund that was made at the bank still counts', async (t) => {
  const { gateway } = bank()
  const made = aRefund({ refundId: 're_p', origin: 'provider', reference: 'dash_1', amount: 4_000, status: 'succeeded' })
  const payment = aCapturedPayment({ providerReference: 'sim_0197', refundedAmount: 4_000, refunds: [made] })
  t.match(await gateway.refund({ payment, refundId: 're_1', amount: 6_001 }), { kind: 'failed' })
  const answer = await gateway.lookup(payment)
  t.ok(answer.kind === 'found' && answer.facts.some((fact) => fact.kind === 'refund' && fact.refundId === null && fact.reference === 'dash_1'))
})

t.test('a payment that was never captured here, or elsewhere, is not refunded on trust', async (t) => {
  const strangers = [{ providerReference: null }, { providerReference: 'pi_123' }, { providerReference: 'sim_1', capturedAmount: 0 }]
  for (const overrides of strangers) {
    const world = bank()
    const payment = aCapturedPayment(overrides)
    t.match(await world.gateway.refund({ payment, refundId: 're_1', amount: 1 }), { kind: 'failed', failure: { code: 'no_charge' } })
    t.match(await world.gateway.lookup(payment), { kind: 'unknown' })
  }
})

t.test('the bank drops its oldest charges, so that its memory is bounded', async (t) => {
  const world = bank({ chargesMax: 4 })
  for (const count of [1, 2, 3, 4, 5]) await charge(world, 'tok_ok', aPayment({ paymentId: `pay_${count}` }))
  const known = [1, 2, 3, 4, 5].filter((count) => world.bank.find(`pay_${count}`) !== undefined)
  t.same(known, [3, 4, 5])
})
