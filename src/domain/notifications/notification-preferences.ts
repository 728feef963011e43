import { CHANNELS, isAccountKind, OPTIONAL_KINDS, type Channel, type NotificationKind, type OptionalKind } from './notification.js'
import type { QuietHours } from './quiet-hours.js'
import type { Locale } from '../accounts/user.js'

/** By which channels somebody wants to hear of which kinds, and when not. */
export interface NotificationPreferences {
  readonly kinds: Readonly<Record<OptionalKind, Readonly<Record<Channel, boolean>>>>
  readonly quietHours: QuietHours | null
  readonly timeZone: string
  /** Null: that of the account, else that of the service. */
  readonly locale: Locale | null
}

/** Whoever has said nothing gets e-mails and no SMS, at any hour. */
export function defaultPreferences (timeZone: string): NotificationPreferences {
  const kinds = Object.fromEntries(OPTIONAL_KINDS.map((kind) => [kind, { email: true, sms: false }])) as NotificationPreferences['kinds']
  return { kinds, quietHours: null, timeZone, locale: null }
}

/** The channels by which somebody is to be told. What keeps an account safe always comes by e-mail. */
export function wantedChannels ({ kinds }: NotificationPreferences, kind: NotificationKind): readonly Channel[] {
  return isAccountKind(kind) ? ['email'] : CHANNELS.filter((channel) => kinds[kind][channel])
}

/** The same without one kind on one channel. */
export function without (preferences: NotificationPreferences, kind: OptionalKind, channel: Channel): NotificationPreferences {
  return { ...preferences, kinds: { ...preferences.kinds, [kind]: { ...preferences.kinds[kind], [channel]: false } } }
}
