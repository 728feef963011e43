import t from 'tap'
import { viewFor } from '#adapters/http/payments/view.js'
import { admin, aPayment } from '../../../support/builders.js'

t.test('a payment of the earlier application is marked, and so is the unit that its amounts are taken to have', async (t) => {
  const view = viewFor(admin, () => null)
  t.match(view(aPayment({ earlier: { amountAssumed: true, reference: null } })), { earlier: true, amountAssumed: true })
  t.notOk('earlier' in view(aPayment()))
})
