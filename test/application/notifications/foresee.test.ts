import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { created, decided, type PaymentEventType } from '#domain/payments/decision.js'
import { OPERATORS } from '#domain/notifications/notification.js'
import { defaultPreferences, without } from '#domain/notifications/notification-preferences.js'
import type { Payment } from '#domain/payments/payment.js'
import { aDispute, aPayment, START } from '../../support/builders.js'
import { faultyPorts } from '../../support/faulty-store.js'
import { happens, notifying } from '../../support/notifying.js'

type World = ReturnType<typeof notifying>

const istanbul = defaultPreferences('Europe/Istanbul')
const silent = { notificationSenders: { email: null, sms: null } }
const unreachable = { notificationDefaults: { locale: 'tr', timeZone: 'UTC', operationsEmail: null } } as const
const bySms = { ...istanbul, kinds: { ...istanbul.kinds, payment_succeeded: { email: false, sms: true } } }

interface Situation {
  readonly name: string
  readonly options?: Parameters<typeof notifying>[0]
  readonly type?: PaymentEventType
  readonly fields?: Partial<Payment>
  readonly before?: (world: World) => Promise<unknown>
  /** Of the payer, the seller and the operators, those that the dispatcher has ended, by their reasons. */
  readonly ended: readonly string[]
}

const SITUATIONS: readonly Situation[] = [
  { name: 'a payer with an address', ended: [] },
  { name: 'a payer without an address', fields: { payerEmail: null }, ended: ['no address, or no channel to it'] },
  { name: 'an unwanted kind', before: async ({ notificationPreferences }) => await notificationPreferences.update('ada', () => without(istanbul, 'payment_succeeded', 'email')), ended: ['not wanted'] },
  { name: 'no channel', options: silent, ended: ['no address, or no channel to it'] },
  { name: 'a suspended account', before: async ({ account }) => await account('ada', { status: 'suspended' }), ended: ['the recipient is suspended'] },
  {
    name: 'SMS to a country of its own',
    before: async ({ account, notificationPreferences }) => await Promise.all([account('ada', { phone: '+905551234567', confirmedPhone: '+905551234567' }), notificationPreferences.update('ada', () => bySms)]),
    ended: [],
  },
  {
    name: 'SMS to another country',
    before: async ({ account, notificationPreferences }) => await Promise.all([account('ada', { phone: '+4915112345678', confirmedPhone: '+4915112345678' }), notificationPreferences.update('ada', () => bySms)]),
    ended: ['no address, or no channel to it'],
  },
  { name: 'SMS to a person without a number', before: async ({ notificationPreferences }) => await notificationPreferences.update('ada', () => bySms), ended: ['no address, or no channel to it'] },
  { name: 'a refund', type: 'refund.succeeded', ended: [] },
  { name: 'a refund without a channel', type: 'refund.succeeded', options: silent, ended: ['no address, or no channel to it'] },
  { name: 'a dispute of a seller without an account', type: 'dispute.opened', fields: { disputes: [aDispute()] }, ended: ['no address, or no channel to it'] },
  { name: 'what is due later', type: 'payment.requires_action', options: silent, fields: { status: 'requires_action' }, ended: [] },
]

for (const { name, options, type = 'payment.succeeded', fields = {}, before = async () => {}, ended } of SITUATIONS) {
  t.test(`people are sent and shown the same, and what reaches no one waits for no delivery: ${name}`, async (t) => {
    const run = async (choose: (world: World) => World['dispatcher']) => {
      const world = notifying(options)
      await before(world)
      const dispatcher = choose(world)
      await happens({ ...world, dispatcher }, type, fields)
      const reasons = [...await world.history('ada'), ...await world.history('sela')].filter(({ state }) => state === 'suppressed').map(({ reason }) => reason)
      await world.deliver()
      const shown = [...await world.history('ada'), ...await world.history('sela'), ...await world.history(OPERATORS)]
      return { reasons, shown, mails: world.email.taken.length, texts: world.sms.taken.length, suppressed: dispatcher.suppressed.map(({ reason }) => reason) }
    }
    const { reasons: none, suppressed: nothing, ...plain } = await run(({ dispatcher }) => dispatcher)
    const { reasons, suppressed, ...ahead } = await run(({ foreseeing }) => foreseeing)
    t.same(ahead, plain)
    t.same([none, nothing, reasons, suppressed], [[], [], ended, ended])
  })
}

t.test('what the operators would not get is not written', async (t) => {
  const world = notifying(unreachable)
  await happens({ ...world, dispatcher: world.foreseeing }, 'payment.flagged')
  t.same(await world.history(OPERATORS), [])
  t.same(world.foreseeing.ended, { completed: 2 })
  const reached = notifying()
  await happens({ ...reached, dispatcher: reached.foreseeing }, 'payment.flagged')
  await reached.deliver()
  t.match(await reached.history(OPERATORS), [{ state: 'sent' }])
})

t.test('where the payment is not read, its address may be there', async (t) => {
  const { foreseeing, payments, deliver, history, email } = notifying()
  for (const [userId, payerEmail] of [['ada', 'ada@shop.example'], ['bora', null]] as const) {
    const paymentId = `pay_${userId}`
    await payments.insert(created(aPayment({ paymentId, userId, payerEmail, orderId: userId })))
    await foreseeing.run()
    await payments.update(paymentId, (payment) => decided(payment, payment, START, [{ type: 'refund.succeeded' }]))
    await foreseeing.run()
    t.match(await history(userId), [{ state: 'waiting' }])
  }
  await deliver()
  t.match([await history('ada'), await history('bora')], [[{ state: 'sent' }], [{ state: 'suppressed' }]])
  t.equal(email.taken.length, 1)
})

t.test('a read that fails holds up no event, and leaves the notification to the delivery', async (t) => {
  const stores = memoryStores()
  const faults = faultyPorts()
  const world = notifying({ ...silent, notificationPreferences: faults.wrap(stores.notificationPreferences) }, stores)
  faults.plan({ call: 1, when: 'before' })
  await happens({ ...world, dispatcher: world.foreseeing }, 'payment.succeeded')
  t.match(await world.history('ada'), [{ state: 'waiting' }])
  faults.plan(null)
  await world.deliver()
  t.match(await world.history('ada'), [{ state: 'suppressed' }])
})
