import type { Test } from 'tap'
import fc from 'fast-check'
import { settle } from '#domain/payments/settlement.js'
import { at, eventsOf, open, payment, times, type MakePersistence } from './fixtures.js'

const ORDER = { orderId: 'order_1' }
const failed = { kind: 'failed', reference: null, failure: { code: 'declined', message: 'no' } } as const

export function orderClaimsContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a new payment claims its order, and another one of the order is not stored', async (t) => {
    const { payments, outbox } = await open(t, makePersistence)
    const { stored } = await payments.insert(payment('pay_1', ORDER))
    t.same(await payments.insert(payment('pay_2', { ...ORDER, amount: 5 })), { inserted: false, stored })
    t.equal(await payments.find('pay_2'), null)
    t.equal((await eventsOf(outbox)).length, 1)
    t.match(await payments.insert(payment('pay_3', { ...ORDER, userId: 'can' })), { inserted: true }, 'an order of another payer')
    t.match(await payments.insert(payment('pay_4', { orderId: 'order_2' })), { inserted: true }, 'another order')
  })

  t.test('a signed order is claimed for its seller, by one payer alone', async (t) => {
    const { payments } = await open(t, makePersistence)
    const signed = { ...ORDER, orderSigned: true }
    const { stored } = await payments.insert(payment('pay_1', signed))
    t.same(await payments.insert(payment('pay_2', { ...signed, userId: 'can' })), { inserted: false, stored })
    t.match(await payments.insert(payment('pay_3', { ...signed, sellerId: 'can', userId: 'deniz' })), { inserted: true }, 'an order of another seller')
    t.match(await payments.insert(payment('pay_4', { ...ORDER, userId: 'can' })), { inserted: true }, 'an order that is not signed, of another payer')
  })

  t.test('a signed order is claimed for its payer too, so that signed and unsigned payments of one payer meet', async (t) => {
    const { payments } = await open(t, makePersistence)
    const signed = { ...ORDER, orderSigned: true }
    const { stored: first } = await payments.insert(payment('pay_1', signed))
    t.same(await payments.insert(payment('pay_2', ORDER)), { inserted: false, stored: first }, 'unsigned after signed')
    const { stored: second } = await payments.insert(payment('pay_3', { orderId: 'order_2' }))
    t.same(await payments.insert(payment('pay_4', { ...signed, orderId: 'order_2' })), { inserted: false, stored: second }, 'signed after unsigned')
    t.match(await payments.insert(payment('pay_5', { ...signed, orderId: 'order_2', userId: 'can' })), { inserted: true }, 'a refused payment claims nothing')
    const pairs = await times(10, async (index) => await Promise.all([false, true].map(async (orderSigned) =>
      await payments.insert(payment(`pair_${index} ${orderSigned}`, { orderId: `pair ${index}`, orderSigned, owner: `owner ${orderSigned}` })))))
    for (const pair of pairs) t.equal(pair.filter(({ inserted }) => inserted).length, 1, 'at once')
  })

  t.test('both claims of a signed order go over from the payments that are named', async (t) => {
    const { payments } = await open(t, makePersistence)
    const signed = { ...ORDER, orderSigned: true }
    await payments.insert(payment('pay_1', { ...signed, userId: 'can' }))
    await payments.insert(payment('pay_2', ORDER))
    const wanted = payment('pay_3', signed)
    t.match(await payments.insert(wanted), { inserted: false, stored: { paymentId: 'pay_1' } }, 'that of the seller first')
    t.match(await payments.insert(wanted, { replaces: 'pay_1' }), { inserted: false, stored: { paymentId: 'pay_2' } })
    t.match(await payments.insert(wanted, { replaces: ['pay_1', 'pay_2'] }), { inserted: true, stored: { paymentId: 'pay_3' } })
    for (const other of [ORDER, { ...signed, userId: 'can' }]) t.match(await payments.insert(payment('pay_4', other)), { inserted: false, stored: { paymentId: 'pay_3' } })
  })

  t.test('a claim is refused with the payment in its present state, and stays when that payment ends', async (t) => {
    const { payments } = await open(t, makePersistence)
    await payments.insert(payment('pay_1', ORDER))
    const { payment: ended } = await payments.update('pay_1', (before) => settle(before, failed, at(1)))
    t.same(await payments.insert(payment('pay_2', ORDER)), { inserted: false, stored: ended })
  })

  t.test('a claim goes over from the payment that is named, and from no other', async (t) => {
    const { payments } = await open(t, makePersistence)
    const { stored: first } = await payments.insert(payment('pay_1', ORDER))
    t.same(await payments.insert(payment('pay_3', ORDER), { replaces: 'pay_2' }), { inserted: false, stored: first })
    const { stored: second } = await payments.insert(payment('pay_2', ORDER), { replaces: 'pay_1' })
    t.equal(second.paymentId, 'pay_2')
    t.same(await payments.insert(payment('pay_3', ORDER), { replaces: 'pay_1' }), { inserted: false, stored: second })
    t.match(await payments.insert(payment('pay_4', { orderId: 'order_2' }), { replaces: 'pay_9' }), { inserted: true }, 'an order that is free')
  })

  t.test('one more payment of an order leaves the claim with the first', async (t) => {
    const { payments } = await open(t, makePersistence)
    const { stored: first } = await payments.insert(payment('pay_1', ORDER))
    t.match(await payments.insert(payment('pay_2', ORDER), { isAnother: true }), { inserted: true, stored: { paymentId: 'pay_2' } })
    t.same(await payments.insert(payment('pay_3', ORDER)), { inserted: false, stored: first })
    t.match(await payments.insert(payment('pay_4', { ...ORDER, orderSigned: true }), { isAnother: true }), { inserted: true })
    t.same(await payments.insert(payment('pay_5', ORDER)), { inserted: false, stored: first })
    t.match(await payments.insert(payment('pay_6', { ...ORDER, orderSigned: true, userId: 'can' })), { inserted: false, stored: { paymentId: 'pay_4' } }, 'and claims what is free')
  })

  t.test('a taken id is answered before the claim, whatever the options say', async (t) => {
    const { payments } = await open(t, makePersistence)
    const first = payment('pay_1', { ...ORDER, owner: 'me' })
    await payments.insert(first)
    await payments.insert(payment('pay_2', ORDER), { replaces: 'pay_1' })
    for (const options of [{}, { isAnother: true }, { replaces: 'pay_2' }]) {
      t.same(await payments.insert(first, options), { inserted: true, stored: first.payment }, 'its owner')
      t.same(await payments.insert(payment('pay_1', { ...ORDER, owner: 'other' }), options), { inserted: false, stored: first.payment }, 'another owner')
    }
    t.match(await payments.insert(payment('pay_3', ORDER)), { stored: { paymentId: 'pay_2' } }, 'a repeat claims nothing')
  })

  t.test('of 20 payments of an order at once, one is stored, and the others learn which', async (t) => {
    const { payments } = await open(t, makePersistence)
    const results = await times(20, async (index) => await payments.insert(payment(`pay_${index}`, { ...ORDER, owner: `owner${index}` })))
    t.equal(results.filter(({ inserted }) => inserted).length, 1)
    t.equal(new Set(results.map(({ stored }) => stored.paymentId)).size, 1)
    t.equal((await payments.listOfUser('ayse', null, { before: null, limit: 100 })).items.length, 1)
    const [{ stored } = { stored: null }] = results
    const heirs = await times(20, async (index) => await payments.insert(payment(`heir_${index}`, ORDER), { replaces: stored?.paymentId ?? '' }))
    t.equal(new Set(heirs.map((heir) => heir.stored.paymentId)).size, 1, 'one takes the claim over')
  })

  t.test('whatever is inserted at once, an order has one claim at every moment', async (t) => {
    const { payments } = await open(t, makePersistence)
    let run = 0
    const attempt = fc.record({ order: fc.integer({ min: 0, max: 1 }), replaces: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }) })
    await fc.assert(fc.asyncProperty(fc.array(attempt, { minLength: 2, maxLength: 6 }), async (attempts) => {
      const name = `run${run++}`
      const idOf = (index: number) => `${name}_${index}`
      const answers = await Promise.all(attempts.map(async ({ order, replaces }, index) =>
        await payments.insert(payment(idOf(index), { orderId: `${name} ${order}` }), replaces === undefined ? {} : { replaces: idOf(replaces) })))
      // Each insert but the first of an order names the one before it.
      return [0, 1].every((order) => {
        const made = answers.filter(({ inserted, stored }) => inserted && stored.orderId === `${name} ${order}`).map(({ stored }) => stored.paymentId)
        const replaced = made.filter((paymentId) => attempts.some(({ replaces }, index) => made.includes(idOf(index)) && replaces !== undefined && idOf(replaces) === paymentId && idOf(index) !== paymentId))
        return attempts.every((attempt) => attempt.order !== order) || (made.length >= 1 && replaced.length >= made.length - 1)
      })
    }), { numRuns: 20 })
  })
}
