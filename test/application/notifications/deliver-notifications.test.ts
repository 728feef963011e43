import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { DELIVERY_LEASE_MS } from '#application/notifications/deliver-notifications.js'
import { decided } from '#domain/payments/decision.js'
import { OPERATORS } from '#domain/notifications/notification.js'
import { defaultPreferences, without } from '#domain/notifications/notification-preferences.js'
import { laterBy } from '#domain/time.js'
import { notification } from '../../contracts/notification-store.contract.js'
import { aDispute, START } from '../../support/builders.js'
import { happens, notifying } from '../../support/notifying.js'

const MINUTE_MS = 60_000
const istanbul = defaultPreferences('Europe/Istanbul')

t.test('a payer gets a mail, once', async (t) => {
  const world = notifying()
  await happens(world, 'payment.succeeded')
  await world.deliver()
  const [{ notificationId = '' } = {}] = await world.history('ada')
  t.match(world.email.taken, [{ notificationId, to: 'ada@shop.example', locale: 'tr', subject: '₺100,00 tutarındaki ödemeniz alındı', unsubscribeUrl: 'https://api.example/unsubscribe/payment_succeeded.ada' }])
  t.same(world.sms.taken, [])
  for (let hours = 0; hours < 48; hours++) {
    world.time.advance(60 * MINUTE_MS)
    await world.deliver()
  }
  t.equal(world.email.taken.length, 1)
  t.same(world.observed, ['payment_succeeded sent'])
})

t.test('an account is notified at its confirmed address, in its language, on the channels it wants', async (t) => {
  const world = notifying()
  await world.account('ada', { locale: 'en', phone: '+905551234567', confirmedPhone: '+905551234567', name: 'Ada L.' })
  const kinds = { ...istanbul.kinds, payment_refunded: { email: true, sms: true } }
  await world.notificationPreferences.update('ada', () => ({ ...istanbul, kinds }))
  await happens(world, 'refund.succeeded')
  await world.deliver()
  t.match(world.email.taken, [{ to: 'ada@example.com', subject: /^TRY\s100\.00 was refunded to you$/, text: /^Hello Ada L\.,/ }])
  t.match(world.sms.taken, [{ to: '+905551234567', text: /^BasVideo: TRY 100\.00 for the order order-1 was refunded\.$/ }])
  await world.notificationPreferences.update('ada', () => ({ ...istanbul, locale: 'tr' }))
  await world.notifications.insert(notification('ntf_2', { userId: 'ada', createdAt: START }))
  await world.deliver()
  t.match(world.email.taken[1], { locale: 'tr' }, 'a language of the preferences comes first')
})

t.test('nothing is sent to an unconfirmed address, nor to the payer\'s address for the seller', async (t) => {
  const world = notifying()
  await world.account('sela', { emailVerified: false })
  await happens(world, 'dispute.opened', { disputes: [aDispute()] })
  await world.deliver()
  t.match(world.email.taken, [{ to: 'operations@example.com', subject: /ilgi bekliyor/, text: /itiraz/, unsubscribeUrl: null }])
  t.match(await world.history('sela'), [{ state: 'suppressed', reason: 'no address, or no channel to it' }])
})

t.test('a notification without an address or a configured channel is suppressed', async (t) => {
  const quiet = notifying({ notificationDefaults: { locale: 'en', timeZone: 'UTC', operationsEmail: null }, notificationSenders: { email: null, sms: null } })
  await quiet.account('ada', { phone: '+905551234567', confirmedPhone: '+905551234567' })
  await quiet.notificationPreferences.update('ada', () => ({ ...istanbul, kinds: { ...istanbul.kinds, payment_succeeded: { email: true, sms: true } } }))
  await happens(quiet, 'payment.flagged')
  await quiet.notifications.insert(notification('ntf_2', { userId: 'ada', createdAt: START }))
  await quiet.deliver()
  t.match([...await quiet.history(OPERATORS), ...await quiet.history('ada')].map(({ state }) => state), ['suppressed', 'suppressed'])
})

t.test('an unwanted kind is not sent, and every other kind is', async (t) => {
  const world = notifying()
  await world.notificationPreferences.update('ada', () => without(istanbul, 'payment_failed', 'email'))
  await happens(world, 'payment.failed')
  await world.notifications.insert(notification('ntf_2', { userId: 'ada', createdAt: START }))
  await world.deliver()
  t.match(world.email.taken, [{ notificationId: 'ntf_2' }])
  t.match((await world.history('ada')).map(({ kind, state, reason }) => [kind, state, reason]).sort(), [['payment_failed', 'suppressed', 'not wanted'], ['payment_succeeded', 'sent', null]])
})

t.test('quiet hours delay mails, except for account notifications and operator mail', async (t) => {
  const world = notifying()
  // It is 15:00 in Istanbul.
  await world.notificationPreferences.update('ada', () => ({ ...istanbul, quietHours: { from: '14:30', to: '16:00' } }))
  await happens(world, 'payment.succeeded')
  const sealed = { to: 'ada@example.com', locale: 'en', link: 'https://shop.example/reset#t' } as const
  await world.notifications.insert(notification('ntf_reset', { kind: 'password_reset', userId: 'ada', sealed, validUntil: laterBy(START, MINUTE_MS), createdAt: START }))
  await world.deliver()
  t.match(world.email.taken, [{ notificationId: 'ntf_reset', text: /Choose a new password: https:\/\/shop\.example\/reset#t/ }])
  world.time.advance(59 * MINUTE_MS)
  await world.deliver()
  t.equal(world.email.taken.length, 1)
  world.time.advance(MINUTE_MS)
  await world.deliver()
  t.match(world.email.taken[1], { subject: /ödemeniz alındı/ })
  t.match(await world.history('ada'), [{}, {}])
  t.match((await world.history('ada')).map(({ sealed, attempts }) => [sealed, attempts]), [[null, 0], [null, 0]])
})

t.test('an obsolete notification is not sent', async (t) => {
  const world = notifying()
  await happens(world, 'payment.requires_action', { status: 'requires_action', nextAction: { type: 'redirect', url: 'https://bank.example/3ds' } })
  const sealed = { to: 'ada@example.com', locale: 'en', link: 'https://shop.example/reset#t' } as const
  await world.notifications.insert(notification('ntf_late', { kind: 'password_reset', userId: 'x', sealed, validUntil: START, createdAt: START }))
  await world.notifications.insert(notification('ntf_gone', { userId: 'y', subjectId: 'pay_none', createdAt: START }))
  await world.deliver()
  t.match(await world.history('x'), [{ state: 'suppressed', reason: 'expired', sealed: null }])
  t.match(await world.history('y'), [{ state: 'suppressed', reason: 'there is no such payment' }])
  t.same(world.email.taken, [])
  const abandoned = notifying({ abandonMs: 10 * MINUTE_MS })
  await happens(abandoned, 'payment.requires_action', { status: 'requires_action', nextAction: { type: 'redirect', url: 'https://bank.example/3ds' } })
  const confirmed = notifying({}, memoryStores())
  await happens(confirmed, 'payment.requires_action', { status: 'requires_action' })
  await confirmed.payments.update('pay_1', (payment) => decided(payment, { ...payment, status: 'succeeded' }, START, []))
  for (const { time, deliver } of [world, confirmed, abandoned]) {
    time.advance(10 * MINUTE_MS)
    await deliver()
  }
  t.match(world.email.taken, [{ text: /Ödemeyi onayla: https:\/\/bank\.example\/3ds/ }])
  t.match(await confirmed.history('ada'), [{ state: 'suppressed', reason: 'no action is required any more' }])
  t.same([...confirmed.email.taken, ...abandoned.email.taken], [])
})

t.test('a failure is retried with growing delays, and is dead in the end, only on the channel that failed', async (t) => {
  const world = notifying()
  await world.account('ada', { phone: '+905551234567', confirmedPhone: '+905551234567' })
  await world.notificationPreferences.update('ada', () => ({ ...istanbul, kinds: { ...istanbul.kinds, payment_succeeded: { email: true, sms: true } } }))
  await happens(world, 'payment.succeeded')
  world.sms.will(...Array.from({ length: 6 }, () => ({ kind: 'temporary', reason: 'silence' } as const)))
  await world.deliver()
  for (const minutes of [1, 5, 30, 120, 720]) {
    world.time.advance(minutes * MINUTE_MS - 1)
    await world.deliver()
    world.time.advance(1)
    await world.deliver()
  }
  t.match([world.email.taken.length, world.sms.taken.length], [1, 6])
  t.match(await world.history('ada'), [{ state: 'dead', reason: 'sms: silence', deliveries: { email: { state: 'sent' }, sms: { state: 'failed' } } }])
  t.same(world.observed, ['waiting', 'waiting', 'waiting', 'waiting', 'waiting', 'dead'].map((state) => `payment_succeeded ${state}`))
})

t.test('a notification whose text cannot be rendered is dead, and delays no other', async (t) => {
  const world = notifying()
  await happens(world, 'payment.created')
  await world.notifications.insert(notification('ntf_bad', { userId: 'ada', currency: 'XXX', createdAt: START }))
  await world.notifications.insert(notification('ntf_good', { userId: 'ada', createdAt: START }))
  await world.deliver()
  t.match(world.email.taken, [{ notificationId: 'ntf_good' }])
  t.match((await world.notifications.listDead({ before: null, limit: 5 })).items, [{ notificationId: 'ntf_bad', reason: 'email: the text cannot be rendered' }])
})

t.test('a kind that only another version knows is neither sent nor ended, and is looked at again once its lease is over', async (t) => {
  const world = notifying()
  await world.account('ada')
  await world.notifications.insert({ ...notification('ntf_1', { userId: 'ada', createdAt: START }), kind: 'odd' as never })
  await world.deliver()
  await world.deliver()
  t.match(await world.history('ada'), [{ kind: 'odd', state: 'waiting', attempts: 0, version: 2, dueAt: laterBy(START, DELIVERY_LEASE_MS) }])
  world.time.advance(DELIVERY_LEASE_MS)
  await world.deliver()
  t.match(await world.history('ada'), [{ kind: 'odd', state: 'waiting', version: 3 }])
  t.same([world.email.taken, world.sms.taken, world.observed], [[], [], []])
})

t.test('a locale that only another version knows gives way to the next one that this version has texts for', async (t) => {
  const world = notifying()
  const other = 'de' as never
  await world.account('ada', { locale: 'en' })
  await world.notificationPreferences.update('ada', () => ({ ...istanbul, locale: other }))
  await world.notifications.insert(notification('ntf_1', { userId: 'ada', kind: 'password_changed', createdAt: START }))
  await world.notifications.insert(notification('ntf_2', { userId: 'bora', kind: 'password_changed', createdAt: START, sealed: { to: 'bora@example.com', locale: other, link: null } }))
  await world.deliver()
  t.same(new Set(world.email.taken.map(({ to, locale }) => `${to} ${locale}`)), new Set(['ada@example.com en', 'bora@example.com tr']))
})
