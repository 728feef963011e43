import type { Test } from 'tap'
import { isDue } from '#domain/payments/follow-up.js'
import { concludeOpen, takeOpen } from '#domain/payments/lease.js'
import { DAY_MS } from '#domain/time.js'
import type { Payment } from '#domain/payments/payment.js'
import { settle } from '#domain/payments/settlement.js'
import { at, open, payment, times, type MakePersistence } from './fixtures.js'

const captured = { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' } as const
const capture = (before: Payment) => settle(before, captured, at(1))

export function paymentDueContract (t: Test, makePersistence: MakePersistence): void {
  t.test('payments are due from the time of their follow-up on, the longest due first, and no more than asked for', async (t) => {
    const { payments } = await open(t, makePersistence)
    for (const second of [3, 1, 2, 5, 4]) await payments.insert(payment(`pay_${second}`, { createdAt: at(second) }))
    const due = async (second: number, limit = 10) => (await payments.due(at(second), limit)).map(({ paymentId }) => paymentId)
    t.same(await due(300), [])
    t.same(await due(301), ['pay_1'])
    t.same(await due(303), ['pay_1', 'pay_2', 'pay_3'])
    t.same(await due(999, 2), ['pay_1', 'pay_2'])
    t.same((await payments.due(at(301), 1)), [await payments.find('pay_1')])
  })

  t.test('a final payment is not due, and a payment moves with its follow-up', async (t) => {
    const { payments } = await open(t, makePersistence)
    await payments.insert(payment('pay_1'))
    await payments.insert(payment('pay_2', { createdAt: at(1) }))
    await payments.update('pay_1', capture)
    t.same((await payments.due(at(999), 10)).map(({ paymentId }) => paymentId), ['pay_2'])
    const claim = { owner: 'own', until: at(361), now: at(301) }
    const { payment: taken } = await payments.update('pay_2', (before) => takeOpen(before, claim, 'due'))
    t.same(await payments.due(at(360), 10), [])
    t.same(await payments.due(at(361), 10), [taken], 'when the lease is over')
    const { payment: concluded } = await payments.update('pay_2', (before) => concludeOpen(before, { payment: before, events: [] }, 'own', 'due', at(310), DAY_MS))
    t.match(concluded.followUp, { tries: 1, dueAt: at(3_910) })
    t.same(await payments.due(at(3_909), 10), [])
    t.same(await payments.due(at(3_910), 10), [concluded])
  })

  t.test('of 20 who take a due payment at once, one does', async (t) => {
    const { payments } = await open(t, makePersistence)
    await payments.insert(payment('pay_1'))
    const takers = await times(20, async (index) => {
      const [due] = await payments.due(at(300), 10)
      const claim = { owner: `own_${index}`, until: at(360), now: at(300) }
      if (due === undefined || !isDue(due, claim.now)) return false
      return (await payments.update('pay_1', (before) => takeOpen(before, claim, 'due'), { known: due })).payment.lease.owner === claim.owner
    })
    t.equal(takers.filter(Boolean).length, 1)
    t.match(await payments.find('pay_1'), { version: 2, lease: { epoch: 2 } })
  })
}
