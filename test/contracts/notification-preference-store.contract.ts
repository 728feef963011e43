import type { Test } from 'tap'
import { OPTIONAL_KINDS } from '#domain/notifications/notification.js'
import { defaultPreferences, without, type NotificationPreferences, type StoredPreferences } from '#domain/notifications/notification-preferences.js'
import { open, spoil, times, type MakePersistence } from './fixtures.js'

const ordinary = defaultPreferences('Europe/Istanbul')

const SENDER = { contactName: 'Ayşe', phone: '+905321234567', line1: 'Sokak 1', district: 'Konak', city: 'İzmir', cityCode: '35', country: 'TR' }

/** Stores that hold preferences as another version has stored them. */
async function openWith (t: Test, makePersistence: MakePersistence, stored: StoredPreferences) {
  const { notificationPreferences, putPreferences = async (userId, other) => { await notificationPreferences.update(userId, () => other as NotificationPreferences) } } =
    await open(t, makePersistence)
  await putPreferences('ayse', stored)
  return notificationPreferences
}

export function notificationPreferenceStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('preferences are found as they were stored, by their user alone', async (t) => {
    const { notificationPreferences } = await open(t, makePersistence)
    t.equal(await notificationPreferences.find('ayse'), null)
    const full = { ...without(ordinary, 'message_received', 'email'), quietHours: { from: '22:00', to: '08:00' }, locale: 'en' as const, contact: { email: 'ayse@example.com', phone: null }, senderAddress: SENDER }
    t.same(await notificationPreferences.update('ayse', () => full), full)
    t.same(await notificationPreferences.find('ayse'), full)
    t.same(await notificationPreferences.update('ayse', () => ordinary), ordinary)
    t.same(await notificationPreferences.find('ayse'), ordinary)
    t.equal(await notificationPreferences.find('mehmet'), null)
  })

  t.test('of changes at once none is lost', async (t) => {
    const { notificationPreferences } = await open(t, makePersistence)
    await times(OPTIONAL_KINDS.length, async (index) => {
      const kind = OPTIONAL_KINDS[index] ?? 'message_received'
      await notificationPreferences.update('ayse', (before) => without(before ?? ordinary, kind, 'email'))
    })
    t.same(Object.values((await notificationPreferences.find('ayse'))?.kinds ?? {}).map(({ email }) => email), OPTIONAL_KINDS.map(() => false))
  })

  t.test('an error of a change comes out as it is, and nothing is stored', async (t) => {
    const { notificationPreferences } = await open(t, makePersistence)
    await t.rejects(notificationPreferences.update('ayse', () => { throw new Error('no') }), { message: 'no' })
    t.equal(await notificationPreferences.find('ayse'), null)
  })

  t.test('preferences that were read cannot be used to change the store', async (t) => {
    const { notificationPreferences } = await open(t, makePersistence)
    spoil(structuredClone(await notificationPreferences.update('ayse', () => ordinary)))
    const found = await notificationPreferences.find('ayse')
    if (found !== null) spoil(found)
    t.same(await notificationPreferences.find('ayse'), ordinary)
  })

  t.test('preferences from before a kind or a channel existed have the defaults of new ones for it', async (t) => {
    const { message_received: newKind, payment_failed: oldKind, ...kinds } = ordinary.kinds
    const notificationPreferences = await openWith(t, makePersistence, { ...ordinary, kinds: { ...kinds, payment_failed: { email: false } } })
    const complete = { ...ordinary, kinds: { ...ordinary.kinds, payment_failed: { email: false, sms: oldKind.sms }, message_received: newKind } }
    t.same(await notificationPreferences.find('ayse'), complete)
    t.same(await notificationPreferences.update('ayse', (before) => without(before ?? ordinary, 'payment_refunded', 'email')),
      { ...complete, kinds: { ...complete.kinds, payment_refunded: { email: false, sms: false } } })
  })

  t.test('kinds, channels and attributes that only another version knows stay when others change', async (t) => {
    const other = { email: true, push: true }
    const quietHours = { from: '22:00', to: '08:00', days: ['sat'] }
    const stored = { ...ordinary, quietHours, digest: 'weekly', kinds: { ...ordinary.kinds, newsletter: other, payment_failed: { email: false, sms: true, push: true } } }
    const notificationPreferences = await openWith(t, makePersistence, stored)
    t.same(await notificationPreferences.find('ayse'), stored)
    t.same(await notificationPreferences.update('ayse', () => ordinary), {
      ...ordinary, digest: 'weekly', kinds: { ...ordinary.kinds, newsletter: other, payment_failed: { email: true, sms: false, push: true } },
    })
    t.match(await notificationPreferences.find('ayse'), { digest: 'weekly', kinds: { newsletter: other } })
  })

  t.test('a locale of another version is found as it was stored', async (t) => {
    const notificationPreferences = await openWith(t, makePersistence, { ...ordinary, locale: 'de' as never })
    t.match(await notificationPreferences.find('ayse'), { locale: 'de' })
  })
}
