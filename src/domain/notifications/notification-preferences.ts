import { CHANNELS, isAccountKind, OPTIONAL_KINDS, type Channel, type NotificationKind, type OptionalKind } from './notification.js'
import type { QuietHours } from './quiet-hours.js'
import type { Locale } from '../accounts/user.js'

type ChannelChoice = Readonly<Record<Channel, boolean>>

/** By which channels a person wants to hear of which kinds, and when not. */
export interface NotificationPreferences {
  readonly kinds: Readonly<Record<OptionalKind, ChannelChoice>>
  readonly quietHours: QuietHours | null
  readonly timeZone: string
  /** Null: that of the account, else that of the service. */
  readonly locale: Locale | null
}

/** Preferences as any version has stored them: it may not know a kind or a channel of this one, and may know others. */
export interface StoredPreferences extends Omit<NotificationPreferences, 'kinds'> {
  readonly kinds: Readonly<Record<string, unknown>>
}

const DEFAULT_CHOICE: ChannelChoice = { email: true, sms: false }

/** A person without preferences gets e-mails and no SMS, at any hour. */
export function defaultPreferences (timeZone: string): NotificationPreferences {
  return completePreferences({ kinds: {}, quietHours: null, timeZone, locale: null })
}

/** Stored preferences with the defaults of new ones where they lack a kind or a channel. Kinds and channels that this version does not know stay. */
export function completePreferences (stored: StoredPreferences): NotificationPreferences {
  const known = OPTIONAL_KINDS.map((kind) => [kind, { ...DEFAULT_CHOICE, ...stored.kinds[kind] as Partial<ChannelChoice> | undefined }])
  return { ...stored, kinds: { ...stored.kinds, ...Object.fromEntries(known) as NotificationPreferences['kinds'] } }
}

/** Preferences that replace those before, with all kinds, channels and attributes that only another version knows. */
export function replacedPreferences (before: NotificationPreferences | null, after: NotificationPreferences): NotificationPreferences {
  const complete = completePreferences(after)
  if (before === null) return complete
  const known = OPTIONAL_KINDS.map((kind) => [kind, { ...before.kinds[kind], ...complete.kinds[kind] }])
  return { ...before, ...complete, kinds: { ...before.kinds, ...complete.kinds, ...Object.fromEntries(known) as NotificationPreferences['kinds'] } }
}

/** The channels by which a person is to be told. Account notices always come by e-mail. */
export function wantedChannels ({ kinds }: NotificationPreferences, kind: NotificationKind): readonly Channel[] {
  return isAccountKind(kind) ? ['email'] : CHANNELS.filter((channel) => kinds[kind][channel])
}

/** The same without one kind on one channel. */
export function without (preferences: NotificationPreferences, kind: OptionalKind, channel: Channel): NotificationPreferences {
  return { ...preferences, kinds: { ...preferences.kinds, [kind]: { ...preferences.kinds[kind], [channel]: false } } }
}
