import fc from 'fast-check'
import t from 'tap'
import { refundPrice } from '#adapters/gateways/iyzico/paid-price.js'
import type { Payment } from '#domain/payments/payment.js'
import { refundableAmount, reserveRefund, withRefund } from '#domain/payments/refund.js'
import { settleAll } from '#domain/payments/settlement.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, aRefund, refundIdOf, START } from '../../../support/builders.js'
import { anIyzicoPayment, aRequest, factsOf, gatewayAnswering, openShop, paidPayment, PATHS, RE_1, waitingPayment, type Shop } from './support.js'

t.test('the page offers the counts of installments up to the highest that is wanted', async (t) => {
  const { server, gateway } = await openShop(t)
  for (const [installments, enabled] of [[1, [1]], [2, [1, 2]], [6, [1, 2, 3, 6]], [12, [1, 2, 3, 6, 9, 12]]] as const) {
    await gateway.charge(aRequest(anIyzicoPayment({ installments })))
    t.match(JSON.parse(String(server.requests.at(-1)?.body)), { enabledInstallments: enabled, price: '100.00', paidPrice: '100.00' })
  }
  t.same(gateway.installments?.currencies, ['TRY'])
})

t.test('a surcharge for installments that the request allows is no mismatch, and any other is', async (t) => {
  for (const [installments, how, state] of [
    [3, { paidCents: 10_690, installment: 3 }, { status: 'succeeded', capturedAmount: 10_000, taken: { amount: 10_690, installments: 3 }, flags: [] }],
    [6, { paidCents: 10_000, installment: 3 }, { status: 'succeeded', capturedAmount: 10_000, taken: { amount: 10_000, installments: 3 }, flags: [] }],
    [1, { paidCents: 10_690, installment: 3 }, { status: 'pending', nextAction: null, capturedAmount: 0, taken: { amount: 10_690, installments: 3 }, flags: ['amount_mismatch'] }],
    [3, { paidCents: 10_690, installment: 6 }, { status: 'pending', taken: { amount: 10_690, installments: 6 }, flags: ['amount_mismatch'] }],
    [3, { paidCents: 10_690, installment: 1 }, { status: 'pending', taken: { amount: 10_690, installments: 1 }, flags: ['amount_mismatch'] }],
    [3, { paidCents: 9_690, installment: 3 }, { status: 'pending', taken: { amount: 9_690 }, flags: ['amount_mismatch'] }],
  ] as const) {
    t.match(await paidPayment(await openShop(t), anIyzicoPayment({ installments }), how), state, JSON.stringify([installments, how]))
  }
  const shop = await openShop(t, { installmentFee: 'shop' })
  t.match(await paidPayment(shop, anIyzicoPayment({ installments: 3 }), { paidCents: 10_690, installment: 3 }), { status: 'pending', taken: { amount: 10_690 }, flags: ['amount_mismatch'] }, 'where the shop bears it')
  t.match(await paidPayment(shop, anIyzicoPayment({ installments: 3 }), { installment: 3 }), { status: 'succeeded', taken: { amount: 10_000, installments: 3 }, flags: [] })
})

t.test('what was taken by mistake can be given back in full', async (t) => {
  const shop = await openShop(t)
  const mismatch = await paidPayment(shop, anIyzicoPayment(), { paidCents: 10_690, installment: 3 })
  const returned = await refunded(shop, mismatch, 'all', null)
  t.match(returned, { status: 'refunded', refundedAmount: 10_690 })
  t.match(JSON.parse(String(shop.server.requests.at(-1)?.body)), { price: '106.90' })
  t.match(factsOf(await shop.gateway.lookup(returned)), [{ refundId: refundIdOf('all'), status: 'succeeded', amount: 10_690 }])
})

/** The payment after one more refund, sent to iyzico and settled. */
async function refunded ({ gateway }: Pick<Shop, 'gateway'>, payment: Payment, name: string, amount: number | null): Promise<Payment> {
  const reserved = reserve(payment, name, amount)
  const refund = reserved.refunds.at(-1)
  const answer = await gateway.refund({ payment: reserved, refundId: refundIdOf(name), amount: Number(refund?.amount) })
  if (answer.kind !== 'succeeded') throw new Error(`iyzico answered ${JSON.stringify(answer)}`)
  return settleAll(reserved, [{ kind: 'refund', refundId: refundIdOf(name), status: 'succeeded' }], START).payment
}

function reserve (payment: Payment, name: string, amount: number | null): Payment {
  return reserveRefund(payment, { refundId: refundIdOf(name), amount, reason: null, fingerprint: 'f', owner: 'o', until: laterBy(START, 60_000) }, START).payment
}

t.test('refunds count in the price here and in what was charged at iyzico, and the last one takes the rest', async (t) => {
  const shop = await openShop(t)
  const charged = { paidCents: 10_690, installment: 3 }
  const payment = await paidPayment(shop, anIyzicoPayment({ installments: 3 }), charged)
  let current = payment
  for (const [name, amount] of [['a', 3_333], ['b', 3_333], ['c', null]] as const) current = await refunded(shop, current, name, amount)
  const sent = shop.server.requests.filter(({ path }) => path === PATHS.refund).map(({ body }) => (JSON.parse(String(body)) as { price: string }).price)
  t.same(sent, ['35.62', '35.62', '35.66'])
  t.match(current, { status: 'refunded', refundedAmount: 10_000, flags: [] })
  t.same(settleAll(current, factsOf(await shop.gateway.lookup(current)), START).payment, current, 'the report agrees')
})

t.test('a refund in the merchant panel counts with its share of the price, and all of it is the whole price', async (t) => {
  const shop = await openShop(t)
  const payment = await paidPayment(shop, anIyzicoPayment({ installments: 3 }), { paidCents: 10_690, installment: 3 })
  shop.server.refundInPanel('24000000', 3_563)
  const partly = settleAll(payment, factsOf(await shop.gateway.lookup(payment)), START).payment
  t.match(partly, { refundedAmount: 3_333, status: 'partially_refunded' })
  t.match(await refunded(shop, partly, 'rest', null), { status: 'refunded', refundedAmount: 10_000, flags: [] }, 'ours gives back no more than is left')
  const other = await openShop(t)
  const whole = await paidPayment(other, anIyzicoPayment({ installments: 3 }), { paidCents: 10_690, installment: 3 })
  for (const cents of [3_563, 7_127]) other.server.refundInPanel('24000000', cents)
  t.match(settleAll(whole, factsOf(await other.gateway.lookup(whole)), START).payment, { status: 'refunded', flags: [], refunds: [{ amount: 3_333 }, { amount: 6_667 }] })
})

t.test('where nothing is left of what was charged, no refund is sent', async (t) => {
  const { server, gateway } = await openShop(t)
  const taken = { amount: 200, currency: 'TRY', reference: '24000000', installments: 2 }
  const payment = anIyzicoPayment({ amount: 2, capturedAmount: 2, taken, providerReference: '24000000', refunds: [aRefund({ refundId: 're_panel', amount: 1, status: 'succeeded', origin: 'provider' }), aRefund({ refundId: RE_1, amount: 1 })] })
  t.match(await gateway.refund({ payment, refundId: RE_1, amount: 1 }), { kind: 'failed', failure: { code: 'already_refunded' } })
  t.same(server.requests, [])
})

t.test('however an amount is refunded in parts, iyzico gives back exactly what was charged, and no part differs from its share by more than rounding', async (t) => {
  const parts = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 20 })
  fc.assert(fc.property(parts, fc.integer({ min: 0, max: 50_000 }), fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (amounts, surcharge, fails) => {
    const amount = amounts.reduce((sum, part) => sum + part, 0)
    const taken = { amount: amount + surcharge, currency: 'TRY', reference: '24000000', installments: 2 }
    let payment = aCapturedPayment({ amount, capturedAmount: amount, taken })
    let given = 0
    for (const [index, part] of amounts.entries()) {
      // A refund that fails gives its share free again.
      for (const [name, failed] of [...(fails[index] === true ? [[`failed ${index}`, true]] : []), [`made ${index}`, false]] as Array<[string, boolean]>) {
        payment = reserve(payment, name, part)
        const refund = payment.refunds.at(-1) ?? aRefund()
        const price = refundPrice(payment, refund)
        if (Math.abs(price - part * taken.amount / amount) > amounts.length + 1) return false
        if (!failed) given += price
        payment = settleAll(payment, [{ kind: 'refund', refundId: refund.refundId, status: failed ? 'failed' : 'succeeded' }], START).payment
      }
    }
    return given === taken.amount && payment.status === 'refunded'
  }), { numRuns: 200 })
  const plain = aCapturedPayment({ refunds: [aRefund()] })
  t.equal(refundPrice(withRefund(plain, aRefund({ amount: 5 })), aRefund({ amount: 5 })), 5, 'without a surcharge both are the same')
})

t.test('refunds that overlap ask for the same in each repeat and never for more than was charged, whichever of them fail', async () => {
  const steps = fc.array(fc.record({ part: fc.integer({ min: 1, max: 60 }), ends: fc.nat(5), as: fc.constantFrom('failed' as const, 'succeeded' as const, null) }), { maxLength: 30 })
  fc.assert(fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 120 }), steps, (amount, surcharge, told) => {
    const taken = { amount: amount + surcharge, currency: 'TRY', reference: '24000000', installments: 2 }
    let payment = aCapturedPayment({ amount, capturedAmount: amount, taken })
    const asked = new Map<string, number>()
    for (const [index, { part, ends, as }] of told.entries()) {
      if (refundableAmount(payment) > 0) payment = reserve(payment, `refund ${index}`, Math.min(part, refundableAmount(payment)))
      const waiting = payment.refunds.filter(({ status }) => status === 'pending')
      const ended = waiting[ends % waiting.length]
      if (ended !== undefined && as !== null) payment = settleAll(payment, [{ kind: 'refund', refundId: ended.refundId, status: as }], START).payment
      for (const refund of payment.refunds) {
        const price = refundPrice(payment, refund)
        if ((asked.get(refund.refundId) ?? price) !== price) return false
        asked.set(refund.refundId, price)
      }
      const given = payment.refunds.filter(({ status }) => status !== 'failed').reduce((sum, { refundId }) => sum + Number(asked.get(refundId)), 0)
      if (given > taken.amount || (refundableAmount(payment) === 0 && given < taken.amount)) return false
    }
    return true
  }), { numRuns: 500 })
})

t.test('a refund from before its share was kept asks for its share of today', async (t) => {
  const taken = { amount: 10_690, currency: 'TRY', reference: '24000000', installments: 3 }
  const payment = aCapturedPayment({ taken, refunds: [aRefund({ refundId: 're_old', amount: 3_333, status: 'succeeded' }), aRefund({ amount: 6_667 })] })
  t.equal(refundPrice(payment, aRefund({ amount: 6_667 })), 10_690 - 3_562)
})

t.test('the table of installments is that of iyzico, with the counts that a payment may ask for', async (t) => {
  const { server, gateway } = await openShop(t)
  const found = await gateway.installments?.find({ amount: 10_000, currency: 'TRY', bin: '554960' })
  t.same(found, {
    kind: 'found',
    cards: [{
      bank: 'Garanti Bankası',
      cardFamily: 'Bonus',
      cardType: 'CREDIT_CARD',
      cardAssociation: 'MASTER_CARD',
      commercial: false,
      installments: [
        { count: 1, monthly: 10_000, total: 10_000 }, { count: 2, monthly: 5_100, total: 10_200 }, { count: 3, monthly: 3_563, total: 10_690 }, { count: 6, monthly: 1_833, total: 11_000 },
      ],
    }],
  })
  const [request] = server.requests
  t.match([request?.method, request?.path], ['POST', PATHS.installments])
  const { conversationId, ...sent } = JSON.parse(String(request?.body)) as { conversationId: string }
  t.match(conversationId, /^installments_[0-9a-f]{32}$/)
  t.same(sent, { locale: 'tr', price: '100.00', binNumber: '554960' })
  t.match(await gateway.installments?.find({ amount: 10_000, currency: 'TRY', bin: null }), { kind: 'found', cards: [{}] })
  t.same(Object.keys(JSON.parse(String(server.requests.at(-1)?.body)) as object), ['locale', 'conversationId', 'price'])
  t.same(await gateway.installments?.find({ amount: 10_000, currency: 'TRY', bin: '400000' }), { kind: 'found', cards: [] }, 'a card that iyzico does not know')
})

t.test('what is no table of installments is no answer', async (t) => {
  const query = { amount: 10_000, currency: 'TRY', bin: null }
  for (const [answer, reason] of [
    [{ status: 'failure', errorCode: '1001' }, /code 1001/],
    [{ status: 'failure', errorCode: '50000' }, /code 50000/],
    [{ status: 'success', conversationId: 'another', installmentDetails: [] }, /another table/],
    [{}, /neither success nor failure/],
  ] as const) {
    const gateway = await gatewayAnswering(t, { [PATHS.installments]: answer })
    t.match(await gateway.installments?.find(query), { kind: 'unknown', reason })
  }
  const shop = await openShop(t)
  shop.server.alter = (answer) => ({ ...answer, installmentDetails: [{ commercial: 1, bankName: null, installmentPrices: [] }] })
  t.same(await shop.gateway.installments?.find(query), { kind: 'found', cards: [{ bank: null, cardFamily: null, cardType: null, cardAssociation: null, commercial: true, installments: [] }] })
  t.ok(await waitingPayment(await openShop(t)))
})
