import t from 'tap'
import { created, decided, type PaymentEventType } from '#domain/payments/decision.js'
import type { Payment } from '#domain/payments/payment.js'
import { aCause, aDispute, aPayment, START } from '../../support/builders.js'
import { notifying } from '../../support/notifying.js'

t.test('seller and operators read what became of a dispute, and that of a flag only a person is asked for', async (t) => {
  const flag = aCause({ flag: 'over_refunded' })
  const cases: ReadonlyArray<readonly [type: PaymentEventType, fields: Partial<Payment>, text: RegExp]> = [
    ['dispute.lost', { disputes: [aDispute({ status: 'lost' })] }, /the money is gone\. Payment pay_1/],
    ['dispute.won', { disputes: [aDispute({ status: 'won' })] }, /The shop has won the dispute/],
    ['dispute.prevented', { disputes: [aDispute({ status: 'prevented' })] }, /A dispute was settled without a loss/],
    ['dispute.warned', { disputes: [aDispute({ status: 'won' }), aDispute({ disputeId: 'dp_2', status: 'warning' })] }, /The bank of a buyer inquires/],
    ['dispute.opened', { disputes: [aDispute(), aDispute({ disputeId: 'dp_2', status: 'won' })], causes: [flag] }, /A buyer disputes the payment/],
    ['payment.flagged', { disputes: [aDispute({ status: 'lost' })], flags: ['over_refunded'], causes: [flag] }, /A person should look at the payment/],
    ['payment.flagged', { flags: ['outcome_unknown'] }, /A person should look at the payment/],
  ]
  for (const [type, fields, text] of cases) {
    const world = notifying({ notificationDefaults: { locale: 'en', timeZone: 'UTC', operationsEmail: 'operations@example.com' } })
    await world.account('sela')
    await world.payments.insert(created(aPayment()))
    await world.payments.update('pay_1', (payment) => decided(payment, { ...payment, ...fields }, START, [{ type }]))
    await world.dispatcher.run()
    await world.deliver()
    const told = type === 'payment.flagged' ? ['operations@example.com'] : ['operations@example.com', 'sela@example.com']
    t.same(world.email.taken.map(({ to }) => to).sort(), told, type)
    for (const mail of world.email.taken.filter(({ locale }) => locale === 'en')) t.match(mail.text, text, type)
  }
})
