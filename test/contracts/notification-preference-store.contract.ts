import type { Test } from 'tap'
import { OPTIONAL_KINDS } from '#domain/notifications/notification.js'
import { defaultPreferences, without } from '#domain/notifications/notification-preferences.js'
import { open, spoil, times, type MakePersistence } from './fixtures.js'

const ordinary = defaultPreferences('Europe/Istanbul')

export function notificationPreferenceStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('preferences are found as they were stored, and are nobody else\'s', async (t) => {
    const { notificationPreferences } = await open(t, makePersistence)
    t.equal(await notificationPreferences.find('ayse'), null)
    const full = { ...without(ordinary, 'message_received', 'email'), quietHours: { from: '22:00', to: '08:00' }, locale: 'en' as const }
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

  t.test('what a change throws comes out as it is, and nothing is stored', async (t) => {
    const { notificationPreferences } = await open(t, makePersistence)
    await t.rejects(notificationPreferences.update('ayse', () => { throw new Error('no') }), { message: 'no' })
    t.equal(await notificationPreferences.find('ayse'), null)
  })

  t.test('preferences that came out of the store can not be used to change it', async (t) => {
    const { notificationPreferences } = await open(t, makePersistence)
    spoil(structuredClone(await notificationPreferences.update('ayse', () => ordinary)))
    const found = await notificationPreferences.find('ayse')
    if (found !== null) spoil(found)
    t.same(await notificationPreferences.find('ayse'), ordinary)
  })
}
