import { Type, type TBoolean, type TObject, type TOptional } from '@sinclair/typebox'
import { CHANNELS, NOTIFICATION_KINDS, NOTIFICATION_STATES, OPTIONAL_KINDS, SHIPPING_KINDS, type OptionalKind, type ShippingKind } from '#domain/notifications/notification.js'
import { LOCALES } from '#domain/accounts/user.js'
import { listOf } from '../shared/lists.js'
import { EntityId, known, nullable, oneOf, strict, timeZone, Timestamp } from '../shared/schemas.js'

const ChannelChoice = Type.Object({ email: Type.Boolean(), sms: Type.Boolean() }, { title: 'ChannelChoice', ...strict })
type Choice = TObject<{ email: TBoolean, sms: TBoolean }>
type Kinds = Record<Exclude<OptionalKind, ShippingKind>, Choice> & Record<ShippingKind, TOptional<Choice>>

/** A client of before a kind does not send it. */
const isLater = (kind: OptionalKind): boolean => (SHIPPING_KINDS as readonly OptionalKind[]).includes(kind)

const TimeOfDay = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description: 'A time of day from 00:00 to 23:59' })
const QuietHours = Type.Object({ from: TimeOfDay, to: TimeOfDay }, { title: 'QuietHours', ...strict, description: 'Notifications wait until these hours end. Without them they are sent at any hour' })

const examplePreferences = {
  kinds: Object.fromEntries(OPTIONAL_KINDS.map((kind) => [kind, { email: true, sms: false }])),
  quietHours: { from: '22:00', to: '08:00' },
  timeZone: 'Europe/Istanbul',
  locale: 'tr',
}

export const NotificationPreferences = Type.Object({
  kinds: Type.Object(Object.fromEntries(OPTIONAL_KINDS.map((kind) => [kind, isLater(kind) ? Type.Optional(ChannelChoice) : ChannelChoice])) as Kinds, {
    title: 'ChannelsByKind', ...strict, description: 'Channels by kind. A kind that may be left out stays as it was. Notifications about the safety of the account are always sent by e-mail',
  }),
  quietHours: Type.Optional(QuietHours),
  timeZone: timeZone('A name of the IANA database: the time zone of the quiet hours'),
  locale: Type.Optional(oneOf(LOCALES)),
}, { $id: 'NotificationPreferences', ...strict, description: 'Without `locale`, notifications are in the language of the account', examples: [examplePreferences] })

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
  channel: known(CHANNELS, 'show one you do not know as it is'),
  state: known(['sent', 'failed'], 'show one you do not know as it is'),
  reason: nullable(Type.String()),
  at: Timestamp,
}, { title: 'Delivery' })

export const Notification = Type.Object({
  notificationId: Type.String(),
  kind: known(NOTIFICATION_KINDS, 'show one you do not know by its subject'),
  subjectId: Type.String({ description: 'Id of the payment, of the shipment, of the sender of the messages, or of the user' }),
  amount: nullable(Type.Integer({ description: 'Minor units' })),
  currency: nullable(Type.String()),
  state: known(NOTIFICATION_STATES, 'treat one you do not know as `waiting`'),
  reason: nullable(Type.String({ description: 'Why the notification was not sent, or what failed last' })),
  deliveries: Type.Array(Delivery),
  createdAt: Timestamp,
}, { $id: 'Notification', examples: [exampleNotification] })

export const NotificationList = listOf('NotificationList', Notification)

export const NotificationParams = Type.Object({ notificationId: EntityId })
