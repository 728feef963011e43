import t from 'tap'
import { BUYERS_MAILS_A_DAY, SMS_A_DAY } from '#application/notifications/quotas.js'
import { changedUser } from '#domain/accounts/user.js'
import { created } from '#domain/payments/decision.js'
import { OPERATORS, type NotificationKind } from '#domain/notifications/notification.js'
import { defaultPreferences } from '#domain/notifications/notification-preferences.js'
import type { Payment } from '#domain/payments/payment.js'
import { DAY_MS, laterBy, MINUTE_MS } from '#domain/time.js'
import { notification } from '../../contracts/notification-store.contract.js'
import { aPayment, START } from '../../support/builders.js'
import { notifying } from '../../support/notifying.js'

type World = ReturnType<typeof notifying>

/** A notification of a payment, due at once. */
async function tell ({ payments, notifications, time }: World, number: number, fields: Partial<Payment>, kind: NotificationKind = 'payment_failed'): Promise<void> {
  const orderId = fields.orderId ?? `order-${number}`
  const payment = aPayment({ sellerId: null, ...fields, orderId, paymentId: `pay_${orderId}` })
  await payments.insert(created(payment))
  await notifications.insert(notification(`ntf_${number}`, { userId: payment.userId, subjectId: payment.paymentId, kind, createdAt: time.clock(), dueAt: time.clock() }))
}

async function deliverAll ({ deliver }: World): Promise<void> {
  while ((await deliver()).includes(true));
}

t.test('the address of the payer\'s own token comes before the one that they gave as the buyer', async (t) => {
  const world = notifying()
  await tell(world, 1, { payerEmail: 'own@example.com', buyerEmail: 'stranger@victim.example' })
  await deliverAll(world)
  t.match(world.email.taken, [{ to: 'own@example.com' }])
  await world.account('ada')
  await tell(world, 2, { payerEmail: 'own@example.com', buyerEmail: 'stranger@victim.example' })
  await deliverAll(world)
  t.match(world.email.taken[1], { to: 'ada@example.com' }, 'that of the account comes first')
})

t.test('a buyer\'s address gets one mail of a kind about a payment, however often a try fails', async (t) => {
  const world = notifying()
  const payment = { orderId: 'a', buyerEmail: 'buyer@example.com' }
  world.email.will({ kind: 'temporary', reason: 'silence' })
  await tell(world, 1, payment, 'payment_refunded')
  await deliverAll(world)
  await tell(world, 2, payment, 'payment_refunded')
  await deliverAll(world)
  t.match((await world.history('ada')).map(({ notificationId, state, reason }) => [notificationId, state, reason]).sort(), [
    ['ntf_1', 'waiting', 'email: silence'], ['ntf_2', 'suppressed', 'the limit of mails to a buyer'],
  ])
  world.time.advance(2 * MINUTE_MS)
  await deliverAll(world)
  t.same(world.email.taken.map(({ notificationId }) => notificationId), ['ntf_1', 'ntf_1'])
  await tell(world, 3, payment, 'payment_succeeded')
  await deliverAll(world)
  t.equal(world.email.taken.length, 3, 'another kind is another mail')
})

t.test('a mail to a buyer counts whichever lease it is sent under, and once', async (t) => {
  const world = notifying()
  const real = world.payments.find.bind(world.payments)
  world.payments.find = async () => { throw new Error('the store is away') }
  for (let number = 0; number <= BUYERS_MAILS_A_DAY; number++) await tell(world, number, { userId: `payer-${number}`, buyerEmail: 'buyer@example.com' })
  await t.rejects(deliverAll(world))
  world.payments.find = real
  world.time.advance(2 * MINUTE_MS)
  world.email.will({ kind: 'temporary', reason: 'silence' })
  await deliverAll(world)
  t.equal(world.email.taken.length, BUYERS_MAILS_A_DAY, 'the first lease of each came to nothing')
  world.time.advance(2 * MINUTE_MS)
  await deliverAll(world)
  t.equal(world.email.taken.length, BUYERS_MAILS_A_DAY + 1, 'the one that failed is tried again')
})

t.test('a confirmed address gets every mail', async (t) => {
  const world = notifying()
  await world.account('ada')
  for (const number of [1, 2]) await tell(world, number, { orderId: 'a', buyerEmail: 'buyer@example.com' }, 'payment_refunded')
  await deliverAll(world)
  t.equal(world.email.taken.length, 2)
})

t.test('a buyer\'s address gets some mails a day over all payers and payments, however it is written', async (t) => {
  const world = notifying()
  for (let number = 0; number < BUYERS_MAILS_A_DAY + 5; number++) await tell(world, number, { userId: `payer-${number}`, buyerEmail: `Buyer+${number}@Example.com` })
  await deliverAll(world)
  t.equal(world.email.taken.length, BUYERS_MAILS_A_DAY)
  await tell(world, 100, { buyerEmail: 'other@example.com' })
  await deliverAll(world)
  t.equal(world.email.taken.length, BUYERS_MAILS_A_DAY + 1, 'another address has its own count')
  world.time.advance(DAY_MS)
  await tell(world, 101, { buyerEmail: 'buyer@example.com' })
  await deliverAll(world)
  t.equal(world.email.taken.length, BUYERS_MAILS_A_DAY + 2, 'the next day begins anew')
})

t.test('nothing goes to a suspended person, nor to one that is gone', async (t) => {
  const world = notifying()
  for (const [userId, status] of [['sami', 'suspended'], ['dila', 'deleted']] as const) {
    const { email } = await world.account(userId, { phone: '+905321234567' })
    await world.users.update(email, (user) => changedUser(user, { status }, START))
    await tell(world, userId.length * 7 + status.length, { userId, buyerEmail: 'buyer@example.com', payerEmail: 'own@example.com' })
    const sealed = { to: email, locale: 'en', link: 'https://shop.example/reset#t' } as const
    await world.notifications.insert(notification(`ntf_${userId}`, { kind: 'password_changed', userId, sealed, validUntil: laterBy(START, MINUTE_MS), createdAt: START }))
  }
  await deliverAll(world)
  t.same((await world.history('sami')).map(({ state, reason, sealed }) => [state, reason, sealed]), [1, 2].map(() => ['suppressed', 'the recipient is suspended', null]))
  t.same((await world.history('dila')).map(({ state, reason }) => [state, reason]).sort(), [['sent', null], ['suppressed', 'the recipient is gone']])
  t.match(world.email.taken, [{ notificationId: 'ntf_dila' }], 'the end of an account is told to its address')
})

t.test('a mail about a payment leads to its page in the app, but that of an operator does not', async (t) => {
  const world = notifying({ appUrl: 'https://shop.example' })
  await tell(world, 1, { payerEmail: 'own@example.com' })
  await world.notifications.insert(notification('ntf_2', { userId: OPERATORS, subjectId: 'pay_order-1', kind: 'payment_attention', createdAt: START }))
  await deliverAll(world)
  const textTo = (address: string) => world.email.taken.find(({ to }) => to === address)?.text
  t.match(textTo('own@example.com'), /Ödemeyi gör: https:\/\/shop\.example\/payments\/pay_order-1\n/)
  t.notMatch(textTo('operations@example.com'), /shop\.example/)
})

t.test('a mail about an error names it to the operators, and has no link to end such mails', async (t) => {
  const world = notifying({ appUrl: 'https://shop.example' })
  await world.notifications.insert(notification('ntf_1', { userId: OPERATORS, subjectId: 'err_1', kind: 'error_new', createdAt: START }))
  await deliverAll(world)
  t.match(world.email.taken, [{ to: 'operations@example.com', text: /GET \/api\/admin\/errors\/err_1/ }])
  t.notMatch(world.email.taken[0]?.text, /unsubscribe|shop\.example/)
})

const SMS_ALONE = { email: false, sms: true }

t.test('SMS are counted in segments, of an account and to a number, and stop for the day', async (t) => {
  const world = notifying()
  const istanbul = defaultPreferences('Europe/Istanbul')
  for (const userId of ['ada', 'bora']) {
    await world.account(userId, { phone: '+905321234567', confirmedPhone: '+905321234567' })
    await world.notificationPreferences.update(userId, () => ({ ...istanbul, kinds: { ...istanbul.kinds, payment_failed: SMS_ALONE, payment_refunded: { email: true, sms: true } } }))
  }
  for (let number = 0; number < 40; number++) await tell(world, number, { userId: number % 2 === 0 ? 'ada' : 'bora' })
  await deliverAll(world)
  t.match(world.sms.taken[0], { to: '+905321234567', segments: 1 })
  t.equal(world.sms.taken.length, SMS_A_DAY.number, 'one number of two accounts')
  t.match((await world.history('ada')).filter(({ state }) => state === 'suppressed').map(({ reason }) => reason)[0], 'the limit of SMS a day')
  await tell(world, 100, { userId: 'ada' }, 'payment_refunded')
  await deliverAll(world)
  t.match((await world.history('ada')).find(({ notificationId }) => notificationId === 'ntf_100'), { state: 'sent', deliveries: { email: { state: 'sent' } } }, 'a mail goes on')
  world.time.advance(DAY_MS)
  await tell(world, 101, { userId: 'ada', orderId: 'x'.repeat(100) })
  await deliverAll(world)
  t.match(world.sms.taken.at(-1), { segments: 2 })
})

t.test('an SMS whose limit is reached after its mail has gone out leaves the notification sent', async (t) => {
  const world = notifying()
  const istanbul = defaultPreferences('Europe/Istanbul')
  await world.account('ada', { phone: '+905321234567', confirmedPhone: '+905321234567' })
  await world.notificationPreferences.update('ada', () => ({ ...istanbul, kinds: { ...istanbul.kinds, payment_failed: SMS_ALONE, payment_refunded: { email: true, sms: true } } }))
  world.sms.will({ kind: 'temporary', reason: 'silence' })
  await tell(world, 0, {}, 'payment_refunded')
  await deliverAll(world)
  for (let number = 1; number < 40; number++) await tell(world, number, {})
  await deliverAll(world)
  world.time.advance(2 * MINUTE_MS)
  await deliverAll(world)
  t.match((await world.history('ada')).find(({ notificationId }) => notificationId === 'ntf_0'), { state: 'sent' })
})

t.test('a count that the store does not take is no limit: the notification is tried again', async (t) => {
  const world = notifying({ attempts: { find: async () => null, update: async () => { throw new Error('the store is away') } } })
  await tell(world, 1, { buyerEmail: 'buyer@example.com' })
  await t.rejects(deliverAll(world), { message: 'the store is away' })
  t.match(await world.history('ada'), [{ state: 'waiting' }])
})

t.test('an SMS that cannot be rendered costs nothing and is dead', async (t) => {
  const world = notifying()
  const istanbul = defaultPreferences('Europe/Istanbul')
  await world.account('ada', { phone: '+905321234567', confirmedPhone: '+905321234567' })
  await world.notificationPreferences.update('ada', () => ({ ...istanbul, kinds: { ...istanbul.kinds, payment_failed: SMS_ALONE } }))
  await tell(world, 1, {})
  await world.notifications.insert(notification('ntf_2', { userId: 'ada', subjectId: 'pay_order-1', kind: 'payment_failed', amount: 1, currency: 'XXX', createdAt: START }))
  await deliverAll(world)
  t.match((await world.history('ada')).find(({ notificationId }) => notificationId === 'ntf_2'), { state: 'dead', reason: 'sms: the text cannot be rendered' })
})

t.test('a person of another issuer is reached where the token that set their preferences says', async (t) => {
  const world = notifying()
  const istanbul = defaultPreferences('Europe/Istanbul')
  const kinds = { ...istanbul.kinds, payment_failed: { email: true, sms: true } }
  await world.notificationPreferences.update('ada', () => ({ ...istanbul, kinds, contact: { email: 'own@example.com', phone: '+905321234567' } }))
  await tell(world, 1, { buyerEmail: 'stranger@victim.example' })
  await deliverAll(world)
  t.match([world.email.taken, world.sms.taken], [[{ to: 'own@example.com' }], [{ to: '+905321234567' }]])
  await world.notificationPreferences.update('ada', () => ({ ...istanbul, kinds, contact: { email: null, phone: null } }))
  await tell(world, 2, { buyerEmail: 'buyer@example.com' })
  await deliverAll(world)
  t.match([world.email.taken.length, world.sms.taken.length], [2, 1])
})

t.test('no SMS goes to a number that is not confirmed, or of a country that is not listed', async (t) => {
  const world = notifying()
  const istanbul = defaultPreferences('Europe/Istanbul')
  const numbers = { ada: { phone: '+905321234567' }, bora: { phone: '+905321234567', confirmedPhone: '+905321234568' }, can: { phone: '+8801712345678', confirmedPhone: '+8801712345678' } }
  for (const [index, [userId, fields]] of Object.entries(numbers).entries()) {
    await world.account(userId, fields)
    await world.notificationPreferences.update(userId, () => ({ ...istanbul, kinds: { ...istanbul.kinds, payment_failed: SMS_ALONE } }))
    await tell(world, index, { userId })
  }
  await deliverAll(world)
  t.same(world.sms.taken, [])
  for (const userId of Object.keys(numbers)) t.match(await world.history(userId), [{ state: 'suppressed', reason: 'no address, or no channel to it' }])
})

t.test('a code goes by SMS to the number that is to be confirmed, and leaves the row with it', async (t) => {
  const world = notifying()
  await world.account('ada')
  const sealed = { to: '+905321234567', locale: 'tr', link: null, code: '042137' } as const
  await world.notifications.insert(notification('ntf_1', { kind: 'phone_confirmation', userId: 'ada', sealed, validUntil: laterBy(START, MINUTE_MS), createdAt: START }))
  await deliverAll(world)
  t.match([world.email.taken, world.sms.taken], [[], [{ to: '+905321234567', text: /042137/ }]])
  t.match(await world.history('ada'), [{ state: 'sent', sealed: null }])
})
