import type { Test } from 'tap'
import fc from 'fast-check'
import { noted as notedChange, unchanged } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import type { Payment, PaymentStatus } from '#domain/payments/payment.js'
import { reserveRefund, settleRefund } from '#domain/payments/refund.js'
import { resolveFlag } from '#domain/payments/resolution.js'
import { settle } from '#domain/payments/settlement.js'
import { createdKey } from '#domain/time.js'
import { at, eventsOf, noted, open, pageCount, pages, payment, spoil, times, type MakePersistence } from './fixtures.js'

const captured = { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' } as const
const capture = (before: Payment) => settle(before, captured, at(1))
const refuse = () => { throw new DomainError('dispute_open', 'not now') }

export function paymentStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a payment is found as it was stored, with its event', async (t) => {
    const { payments, outbox } = await open(t, makePersistence)
    const decision = payment('pay_1', {
      description: 'Çanta',
      items: [{ name: 'bag', quantity: 2, unitAmount: 50 }],
      metadata: { campaign: { '': 1e300 }, list: [1, 'two', null, false] },
      returnUrl: 'https://shop.example/back',
      buyerEmail: 'ayse@example.com',
      payerEmail: 'own@example.com',
      shippingAddress: { contactName: 'Ayşe', address: 'Sokak 1', city: 'İzmir', country: 'TR', district: 'Konak', phone: '+905321234567' },
    })
    t.same(await payments.insert(decision), { inserted: true, stored: decision.payment })
    t.same(await payments.find('pay_1'), decision.payment)
    t.same(await eventsOf(outbox), decision.events)
    t.equal(await payments.find('pay_2'), null)
  })

  t.test('a payment with refunds, a dispute and flags is found as it was stored', async (t) => {
    const { payments, outbox } = await open(t, makePersistence)
    await payments.insert(payment('pay_1'))
    await payments.update('pay_1', capture)
    const refund = { refundId: 're_1', amount: 30, reason: 'too small', fingerprint: 'f', owner: 'o', until: at(70) }
    await payments.update('pay_1', (before) => reserveRefund(before, refund, at(2)))
    await payments.update('pay_1', (before) => settleRefund(before, { kind: 'refund', refundId: 're_1', status: 'succeeded' }, at(3)))
    await payments.update('pay_1', (before) => settle(before, { kind: 'dispute', disputeId: 'd1', amount: 70, status: 'open' }, at(4)))
    const last = await payments.update('pay_1', (before) => settle(before, { kind: 'refund', refundId: 're_9', status: 'failed' }, at(5)))
    t.match(last.payment, { version: 6, status: 'disputed', refundedAmount: 30, flags: ['unknown_refund'] })
    t.same(await payments.find('pay_1'), last.payment)
    const second = await payments.update('pay_1', (before) => settle(before, { kind: 'dispute', disputeId: 'd2', amount: 7, currency: 'TRY', status: 'lost', at: at(5), charge: 'ref_2' }, at(6)))
    t.match(second.payment.disputes, [{ charge: null }, { at: at(5), charge: 'ref_2' }])
    t.same(await payments.find('pay_1'), second.payment)
    t.same((await eventsOf(outbox)).filter((event) => event.type === 'dispute.lost'), second.events.slice(0, 1))
    const later = await payments.update('pay_1', (before) => settle(before, { kind: 'dispute', disputeId: 'd2', amount: 7, status: 'lost', at: at(8) }, at(9)))
    t.same([later.payment.version, later.payment.updatedAt, later.events], [8, second.payment.updatedAt, []], 'a later word that says the same')
    t.same(await payments.find('pay_1'), later.payment)
    const surcharged = await payments.update('pay_1', (before) => notedChange(before, { ...before, refunds: before.refunds.map((one) => ({ ...one, charged: 33 })) }))
    t.same(await payments.find('pay_1'), surcharged.payment)
    const resolved = await payments.update('pay_1', (before) => resolveFlag(before, 'unknown_refund', 'dismiss', at(10), { by: null, note: 'asked for by phone' }))
    t.match(resolved.payment.causes[0], { decision: 'dismiss', decided: { by: null, at: at(10), note: 'asked for by phone' } })
    t.same(await payments.find('pay_1'), resolved.payment)
    await payments.insert(payment('pay_2'))
    const declined = await payments.update('pay_2', (before) => settle(before, { kind: 'failed', reference: null, failure: { code: 'declined', message: 'No' } }, at(1)))
    t.same(await payments.find('pay_2'), declined.payment)
    await payments.insert(payment('pay_3'))
    const redirected = await payments.update('pay_3', (before) =>
      settle(before, { kind: 'requires_action', reference: 'r', nextAction: { type: 'redirect', url: 'https://bank.example' } }, at(1)))
    t.same(await payments.find('pay_3'), redirected.payment)
    const marked = await payments.update('pay_3', (before) => notedChange(before, { ...before, earlier: { amountAssumed: false, reference: 'ch_1' } }))
    t.same(await payments.find('pay_3'), marked.payment)
  })

  t.test('a payment is found by the reference that its provider gave it, and by no other provider\'s', async (t) => {
    const { payments } = await open(t, makePersistence)
    await payments.insert(payment('pay_1'))
    t.equal(await payments.findByReference('simulator', 'ref_1'), null)
    const { payment: known } = await payments.update('pay_1', capture)
    t.same(await payments.findByReference(known.provider, 'ref_1'), known)
    t.equal(await payments.findByReference('another', 'ref_1'), null)
    t.equal(await payments.findByReference(known.provider, 'ref_2'), null)
  })

  t.test('many payments are found at once, each in its present state, and unknown ids are left out', async (t) => {
    const { payments } = await open(t, makePersistence)
    const stored = await times(120, async (index) => (await payments.insert(payment(`pay_${index}`))).stored)
    const { payment: captured } = await payments.update('pay_7', capture)
    const found = await payments.findMany([...stored.map(({ paymentId }) => paymentId), 'pay_none', 'pay_7'])
    const byId = (list: readonly Payment[]) => list.toSorted((one, other) => one.paymentId < other.paymentId ? -1 : 1)
    t.same(byId(found), byId(stored.with(7, captured)))
    t.same(await payments.findMany([]), [])
    t.same(await payments.findMany(['pay_none']), [])
  })

  t.test('of 20 inserts of one id at once, one takes place', async (t) => {
    const { payments, outbox } = await open(t, makePersistence)
    const results = await times(20, async (index) => await payments.insert(payment('pay_1', { owner: `owner${index}` })))
    t.equal(results.filter(({ inserted }) => inserted).length, 1)
    const stored = await payments.find('pay_1')
    for (const result of results) t.same(result.stored, stored)
    t.equal((await eventsOf(outbox)).length, 1)
  })

  t.test('an insert can be repeated by its lease owner alone', async (t) => {
    const { payments, outbox } = await open(t, makePersistence)
    const first = payment('pay_1', { owner: 'me' })
    await payments.insert(first)
    t.same(await payments.insert(first), { inserted: true, stored: first.payment })
    t.same(await payments.insert(payment('pay_1', { owner: 'other', amount: 5 })), { inserted: false, stored: first.payment })
    t.same(await payments.find('pay_1'), first.payment)
    t.equal((await eventsOf(outbox)).length, 1)
  })

  t.test('an update stores the next version with its events', async (t) => {
    const { payments, outbox } = await open(t, makePersistence)
    const { payment: before, events } = payment('pay_1')
    await payments.insert({ payment: before, events })
    const update = await payments.update('pay_1', capture)
    const expected = capture(before)
    t.same(update, { ...expected, duplicate: false })
    t.same(await payments.find('pay_1'), expected.payment)
    t.same(await eventsOf(outbox), [...events, ...expected.events])
  })

  t.test('an unknown payment cannot be updated, also where the caller knows one', async (t) => {
    const { payments } = await open(t, makePersistence)
    const known = payment('pay_1').payment
    await t.rejects(payments.update('pay_1', capture), { code: 'not_found' })
    await t.rejects(payments.update('pay_1', capture, { known }), { code: 'not_found' })
    await t.rejects(payments.update('pay_1', unchanged, { known }), { code: 'not_found' })
    t.equal(await payments.find('pay_1'), null)
  })

  t.test('of 20 changes at once, each is applied exactly once', async (t) => {
    const { payments, outbox } = await open(t, makePersistence)
    const { payment: known } = await payments.insert(payment('pay_1')).then(({ stored }) => ({ payment: stored }))
    const updates = await times(20, async (index) => await payments.update('pay_1', noted('x'), index % 2 === 0 ? { known } : {}))
    const versions = updates.map((update) => update.payment.version).sort((one, other) => one - other)
    t.same(versions, Array.from({ length: 20 }, (_, index) => index + 2))
    t.match(await payments.find('pay_1'), { version: 21, description: 'x'.repeat(20) })
    t.equal(new Set((await eventsOf(outbox)).map(({ eventId }) => eventId)).size, 21)
  })

  t.test('of two refunds of 60 racing on 100, exactly one wins', async (t) => {
    const { payments, outbox } = await open(t, makePersistence)
    await payments.insert(payment('pay_1'))
    const { payment: known } = await payments.update('pay_1', capture)
    const reserve = (refundId: string) => async () => await payments.update('pay_1', (before) =>
      reserveRefund(before, { refundId, amount: 60, reason: null, fingerprint: refundId, owner: refundId, until: at(60) }, at(2)), { known })
    const results = await Promise.allSettled([reserve('re_1')(), reserve('re_2')()])
    const [lost, ...more] = results.filter((result) => result.status === 'rejected')
    t.match(lost?.reason, { code: 'refund_exceeds_captured' })
    t.equal(more.length, 0)
    t.equal((await payments.find('pay_1'))?.refunds.length, 1)
    t.equal((await eventsOf(outbox)).filter(({ type }) => type === 'refund.requested').length, 1)
  })

  t.test('an error of a change comes out as it is, and the payment stays as it was', async (t) => {
    const { payments, outbox } = await open(t, makePersistence)
    const { payment: before, events } = payment('pay_1')
    await payments.insert({ payment: before, events })
    const failure = new Error('a fault of the caller')
    await t.rejects(payments.update('pay_1', () => { throw failure }), failure)
    await t.rejects(payments.update('pay_1', refuse), { name: 'DomainError', code: 'dispute_open' })
    await t.rejects(payments.update('pay_1', refuse, { known: before }), { code: 'dispute_open' })
    t.same(await payments.find('pay_1'), before)
    t.same(await eventsOf(outbox), events)
  })

  t.test('a change is applied to the present payment, not to the one that the caller knew', async (t) => {
    const { payments } = await open(t, makePersistence)
    const { payment: known } = payment('pay_1')
    await payments.insert({ payment: known, events: [] })
    await payments.update('pay_1', noted('first '))
    t.match(await payments.update('pay_1', noted('second'), { known }), { payment: { version: 3, description: 'first second' } })

    const refusedBefore = (before: Payment) => before.version === known.version ? refuse() : unchanged(before)
    t.match(await payments.update('pay_1', refusedBefore, { known }), { payment: { version: 3 }, events: [] }, 'a refusal of what is past')
    t.match(await payments.update('pay_1', unchanged, { known }), { payment: { version: 3 }, events: [] }, 'nothing to do in what is past')
  })

  t.test('a change that changes nothing writes nothing', async (t) => {
    const { payments, outbox } = await open(t, makePersistence)
    const { payment: before, events } = payment('pay_1')
    await payments.insert({ payment: before, events })
    t.same(await payments.update('pay_1', unchanged), { payment: before, events: [], duplicate: false })
    t.same(await payments.update('pay_1', unchanged, { known: before }), { payment: before, events: [], duplicate: false })
    t.same(await payments.find('pay_1'), before)
    t.same(await eventsOf(outbox), events)
  })

  t.test('a row that was read cannot be used to change the store', async (t) => {
    const { payments } = await open(t, makePersistence)
    const decision = payment('pay_1', { metadata: { tags: ['bag'] } })
    const copy = structuredClone(decision.payment)
    spoil((await payments.insert(decision)).stored)
    spoil(decision)
    const found = await payments.find('pay_1')
    t.same(found, copy)
    if (found !== null) spoil(found)
    for (const item of (await payments.listOfUser('ayse', null, { before: null, limit: 1 })).items) spoil(item)
    t.same(await payments.find('pay_1'), copy)
    const { payment: updated } = await payments.update('pay_1', noted('x'))
    const updatedCopy = structuredClone(updated)
    spoil(updated)
    t.same(await payments.find('pay_1'), updatedCopy)
  })

  t.test('a user\'s payments are listed newest first, all or those of one status', async (t) => {
    const { payments } = await open(t, makePersistence)
    for (const second of [1, 2, 3]) await payments.insert(payment(`pay_${second}`, { createdAt: at(second) }))
    await payments.insert(payment('pay_4', { userId: 'zeynep' }))
    const ids = async (status: PaymentStatus | null, userId = 'ayse') =>
      (await payments.listOfUser(userId, status, { before: null, limit: 10 })).items.map(({ paymentId }) => paymentId)
    await payments.update('pay_2', capture)
    t.same(await ids(null), ['pay_3', 'pay_2', 'pay_1'])
    t.same(await ids('pending'), ['pay_3', 'pay_1'])
    t.same(await ids('succeeded'), ['pay_2'])
    t.same(await ids('failed'), [])
    t.same(await ids(null, 'zeynep'), ['pay_4'])
    t.same((await payments.listOfUser('ayse', 'succeeded', { before: null, limit: 1 })).items, [await payments.find('pay_2')])
  })

  t.test('the pages of a user\'s payments are the whole list', async (t) => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ second: fc.nat(2), paid: fc.boolean() }), { maxLength: 9 }), fc.integer({ min: 1, max: 4 }), async (drafts, limit) => {
      const { payments, close } = await makePersistence()
      const stored = await Promise.all(drafts.map(async ({ second, paid }, index) => {
        const { stored } = await payments.insert(payment(`pay_${index}`, { createdAt: at(second) }))
        return paid ? (await payments.update(stored.paymentId, capture, { known: stored })).payment : stored
      }))
      const key = (one: Payment) => createdKey(one.createdAt, one.paymentId)
      const expected = stored.sort((one, other) => key(one) < key(other) ? 1 : -1)
      const all = await pages(async (page) => await payments.listOfUser('ayse', null, page), limit)
      t.same(all.flat(), expected)
      t.equal(all.length, pageCount(expected.length, limit))
      const paid = await pages(async (page) => await payments.listOfUser('ayse', 'succeeded', page), limit)
      t.same(paid.flat(), expected.filter(({ status }) => status === 'succeeded'))
      await close()
    }), { numRuns: 10 })
  })
}
