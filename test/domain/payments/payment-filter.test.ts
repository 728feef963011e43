import t from 'tap'
import { keyRange, matchesFilter, type PaymentFilter } from '#domain/payments/payment-filter.js'
import { createdKey } from '#domain/time.js'
import { anyPayment } from '../../contracts/fixtures.js'
import { aCause, aPayment, START } from '../../support/builders.js'

const one = aPayment({ flags: ['late_success', 'refund_failed'] })

t.test('an empty filter admits everything, and every given field must match', async (t) => {
  t.ok(matchesFilter(one, anyPayment()))
  const met: PaymentFilter = { status: 'pending', provider: 'scripted', userId: 'ada', sellerId: 'sela', flag: 'refund_failed', from: START, to: '2026-03-01T12:00:00.001Z' }
  t.ok(matchesFilter(one, met))
  const unmet: PaymentFilter = { status: 'failed', provider: 'simulator', userId: 'sela', sellerId: 'ada', flag: 'unknown_refund', from: '2026-03-01T12:00:00.001Z', to: START }
  for (const name of Object.keys(met) as Array<keyof PaymentFilter>) {
    t.notOk(matchesFilter(one, { ...met, [name]: unmet[name] }), name)
    t.ok(matchesFilter(one, anyPayment({ [name]: met[name] })), name)
  }
  t.notOk(matchesFilter(aPayment({ sellerId: null }), anyPayment({ sellerId: 'sela' })))
})

t.test('payments whose flag was dismissed are admitted where they are asked for', async (t) => {
  const decidedAs = (...decisions: ReadonlyArray<'accept' | 'dismiss'>) => aPayment({ causes: decisions.map((decision) => aCause({ flag: 'late_success', decision })) })
  const wanted = anyPayment({ flag: 'late_success', isDismissedToo: true })
  for (const payment of [one, decidedAs('dismiss'), decidedAs('accept', 'dismiss')]) t.ok(matchesFilter(payment, wanted))
  for (const payment of [aPayment(), decidedAs('accept'), decidedAs('dismiss', 'accept')]) t.notOk(matchesFilter(payment, wanted))
  t.notOk(matchesFilter(decidedAs('dismiss'), anyPayment({ flag: 'late_success' })))
  t.notOk(matchesFilter(decidedAs('dismiss'), anyPayment({ flag: 'refund_failed', isDismissedToo: true })))
})

t.test('a range of keys ends at the earlier of the cursor and the end of the filter', async (t) => {
  const [early, late] = ['2026-03-01T12:00:00.000Z', '2026-03-02T00:00:00.000Z']
  const key = createdKey(early, 'pay_1')
  t.same(keyRange({ from: null, to: null }, null), { low: null, high: null })
  t.same(keyRange({ from: early, to: late }, null), { low: early, high: late })
  t.same(keyRange({ from: null, to: null }, key), { low: null, high: key })
  t.same(keyRange({ from: null, to: late }, key), { low: null, high: key })
  t.same(keyRange({ from: null, to: early }, key), { low: null, high: early }, 'a key lies behind the moment that it begins with')
})
