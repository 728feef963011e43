import { Type, type TBoolean, type TObject } from '@sinclair/typebox'
import { CHANNELS, NOTIFICATION_KINDS, NOTIFICATION_STATES, OPTIONAL_KINDS, type OptionalKind } from '#domain/notifications/notification.js'
import { LOCALES } from '#domain/accounts/user.js'
import { EntityId, NextCursor, nullable, oneOf, pageQuery, ref, Timestamp } from '../shared/schemas.js'

const strict = { additionalProperties: false }

const ChannelChoice = Type.Object({ email: Type.Boolean(), sms: Type.Boolean() }, strict)
type Kinds = Record<OptionalKind, TObject<{ email: TBoolean, sms: TBoolean }>>

const TimeOfDay = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description: 'HH:MM' })
const QuietHours = Type.Object({ from: TimeOfDay, to: TimeOfDay }, { ...strict, description: 'When nothing is sent; it comes at their end. Without them it comes at any hour' })

const examplePreferences = {
  kinds: Object.fromEntries(OPTIONAL_KINDS.map((kind) => [kind, { email: true, sms: false }])),
  quietHours: { from: '22:00', to: '08:00' },
  timeZone: 'Europe/Istanbul',
  locale: 'tr',
}

export const NotificationPreferences = Type.Object({
  kinds: Type.Object(Object.fromEntries(OPTIONAL_KINDS.map((kind) => [kind, ChannelChoice])) as Kinds, {
    ...strict, description: 'Channels by kind. What keeps an account safe always comes by e-mail',
  }),
  quietHours: Type.Optional(QuietHours),
  timeZone: Type.String({ pattern: '^[A-Za-z0-9_+/-]{1,64}$', description: 'Of the quiet hours: a name of the IANA database' }),
  locale: Type.Optional(oneOf(LOCALES)),
}, { $id: 'NotificationPreferences', ...strict, description: 'Without `locale` the language is that of the account', examples: [examplePreferences] })

const exampleNotification = {
  notificationId: 'ntf_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  kind: 'payment_succeeded',
  subjectId: 'pay_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  amount: 24990,
  currency: 'TRY',
  state: 'sent',
  reason: null,
  deliveries: [{ channel: 'email', state: 'sent', reason: null, at: '2026-11-23T13:00:02.000Z' }],
  createdAt: '2026-11-23T13:00:00.120Z',
}

const Delivery = Type.Object({
  channel: oneOf(CHANNELS),
  state: oneOf(['sent', 'failed']),
  reason: nullable(Type.String()),
  at: Timestamp,
})

const shown = {
  notificationId: Type.String(),
  kind: oneOf(NOTIFICATION_KINDS),
  subjectId: Type.String({ description: 'The payment, the sender of messages, or the user himself' }),
  amount: nullable(Type.Integer({ description: 'Minor units' })),
  currency: nullable(Type.String()),
  state: oneOf(NOTIFICATION_STATES),
  reason: nullable(Type.String({ description: 'Why it was not sent, or what failed last' })),
  deliveries: Type.Array(Delivery),
  createdAt: Timestamp,
}

export const Notification = Type.Object(shown, { $id: 'Notification', examples: [exampleNotification] })

export const NotificationList = Type.Object({
  items: Type.Array(ref(Notification)),
  nextCursor: NextCursor,
}, { $id: 'NotificationList', examples: [{ items: [exampleNotification], nextCursor: null }] })

export const NotificationsQuery = pageQuery({})
export const NotificationParams = Type.Object({ notificationId: EntityId })

/** Those that have a name of their own in the OpenAPI document. */
export const notificationSchemas = [NotificationPreferences, Notification, NotificationList]
