import type { Test } from 'tap'
import type { BillingRecord } from '#domain/payments/billing.js'
import { open, type MakePersistence } from './fixtures.js'

export function billingStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('the first billing record of a payment stays', async (t) => {
    const { billing } = await open(t, makePersistence)
    const record: BillingRecord = {
      paymentId: 'pay_1',
      buyerEmail: 'ada@example.com',
      shippingAddress: { contactName: 'Ada', address: 'Gül Sokak 7', city: 'İzmir', country: 'TR', zipCode: '35000' },
      keptUntil: '2137-01-01T00:00:00.000Z',
    }
    t.equal(await billing.find('pay_1'), null)
    await billing.keep(record)
    await billing.keep({ ...record, buyerEmail: null })
    t.same(await billing.find('pay_1'), record)
    const other = { ...record, paymentId: 'pay_2', buyerEmail: null, shippingAddress: null }
    await billing.keep(other)
    t.same(await billing.find('pay_2'), other)
  })
}
