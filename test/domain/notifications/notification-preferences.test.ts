import t from 'tap'
import { completePreferences, defaultPreferences, replacedPreferences, wantedChannels } from '#domain/notifications/notification-preferences.js'
import { OPTIONAL_KINDS } from '#domain/notifications/notification.js'

const ordinary = defaultPreferences('Europe/Istanbul')
/** Preferences of another version: it lacks a kind and a channel, and has some of its own. */
const other = { ...ordinary, kinds: { payment_succeeded: { email: false }, payment_failed: { email: true, sms: true, push: true }, stream_started: { email: true } }, digest: 'weekly' }

t.test('stored preferences get the defaults of kinds and channels that they lack', async (t) => {
  const { kinds } = completePreferences(other)
  t.match(kinds, { payment_succeeded: { email: false, sms: false }, message_received: { email: true, sms: false } })
  t.same(OPTIONAL_KINDS.filter((kind) => !(kind in kinds)), [])
  t.same(wantedChannels(completePreferences(other), 'payment_failed'), ['email', 'sms'])
})

t.test('replaced preferences keep what only another version knows', async (t) => {
  const before = completePreferences(other)
  t.same(replacedPreferences(before, ordinary), {
    ...ordinary, digest: 'weekly', kinds: { ...ordinary.kinds, payment_failed: { email: true, sms: false, push: true }, stream_started: { email: true } },
  })
  t.same(replacedPreferences(null, ordinary), ordinary)
})

t.test('account notifications go by e-mail, whatever the preferences', async (t) => {
  const silent = { ...ordinary, kinds: Object.fromEntries(OPTIONAL_KINDS.map((kind) => [kind, { email: false, sms: false }])) as typeof ordinary.kinds }
  t.same([wantedChannels(silent, 'payment_failed'), wantedChannels(silent, 'password_reset'), wantedChannels(silent, 'error_new')], [[], ['email'], ['email']])
})
