import t from 'tap'
import { isCounting } from '#application/outbox/count-older.js'
import { created } from '#domain/payments/decision.js'
import { laterBy } from '#domain/time.js'
import { aPayment, START } from '../../support/builders.js'

t.test('an event counts by itself if its payment is new, or if it is newer than the count of an older one', async (t) => {
  const [event] = created(aPayment({ paymentId: 'pay_1' })).events
  if (event === undefined) throw new Error('a new payment has an event')
  const older = laterBy(START, 1)
  t.ok(isCounting(event, { since: START, versions: new Map() }))
  t.notOk(isCounting(event, { since: older, versions: new Map() }), 'an older payment that is not counted yet')
  t.notOk(isCounting(event, { since: older, versions: new Map([['pay_1', 1]]) }))
  t.ok(isCounting(event, { since: older, versions: new Map([['pay_1', 0]]) }))
})
