import type { Locale } from '../accounts/user.js'
import type { ShippingAddress } from '../shipping/address.js'
import { laterBy, MINUTE_MS, type Timestamp } from '../time.js'
import { accountChannel, CHANNELS, isAccountKind, isOperatorKind, OPTIONAL_KINDS, type Channel, type NotificationKind, type OptionalKind } from './notification.js'

type ChannelChoice = Readonly<Record<Channel, boolean>>

/** By which channels a person wants to hear of which kinds, and when not. */
export interface NotificationPreferences {
  readonly kinds: Readonly<Record<OptionalKind, ChannelChoice>>
  readonly quietHours: QuietHours | null
  readonly timeZone: string
  /** Null stands for the locale of the account, or else of the service. */
  readonly locale: Locale | null
  /** Null for a person with an account here, and until a token of another issuer has set the preferences. */
  readonly contact: Contact | null
  /** Where the parcels of a seller start, unless a shipment says otherwise. Null for a person who has set none. */
  readonly senderAddress: ShippingAddress | null
}

/** Where a person without an account here is reached, by the word of the token that set the preferences; null where it had none. */
export interface Contact {
  readonly email: string | null
  /** E.164. The issuer has verified it. */
  readonly phone: string | null
}

/** Preferences as any version has stored them: it may not know a kind or a channel of this one, and may know others. */
export interface StoredPreferences extends Omit<NotificationPreferences, 'kinds' | 'contact' | 'senderAddress'> {
  readonly contact?: Contact | null
  readonly senderAddress?: ShippingAddress | null
  readonly kinds: Readonly<Record<string, unknown>>
}

const DEFAULT_CHOICE: ChannelChoice = { email: true, sms: false }

/** A person without preferences gets e-mails and no SMS, at any hour. */
export function defaultPreferences (timeZone: string): NotificationPreferences {
  return completePreferences({ kinds: {}, quietHours: null, timeZone, locale: null })
}

/**
 * Stored preferences with the defaults of new ones where they lack a kind or a channel. Kinds and channels that this version
 * does not know stay.
 */
export function completePreferences (stored: StoredPreferences): NotificationPreferences {
  const known = OPTIONAL_KINDS.map((kind) => [kind, { ...DEFAULT_CHOICE, ...stored.kinds[kind] as Partial<ChannelChoice> | undefined }])
  return { contact: null, senderAddress: null, ...stored, kinds: { ...stored.kinds, ...Object.fromEntries(known) as NotificationPreferences['kinds'] } }
}

/** Preferences that replace those before, with all kinds, channels and attributes that only another version knows. */
export function replacedPreferences (before: NotificationPreferences | null, after: NotificationPreferences): NotificationPreferences {
  const complete = completePreferences(after)
  if (before === null) return complete
  const known = OPTIONAL_KINDS.map((kind) => [kind, { ...before.kinds[kind], ...complete.kinds[kind] }])
  return { ...before, ...complete, kinds: { ...before.kinds, ...complete.kinds, ...Object.fromEntries(known) as NotificationPreferences['kinds'] } }
}

/** The channels that a notification of this kind uses. Preferences do not turn account notifications off. */
export function wantedChannels ({ kinds }: NotificationPreferences, kind: NotificationKind): readonly Channel[] {
  if (isOperatorKind(kind)) return ['email']
  return isAccountKind(kind) ? [accountChannel(kind)] : CHANNELS.filter((channel) => kinds[kind][channel])
}

/** The preferences, with one kind turned off on one channel. */
export function without (preferences: NotificationPreferences, kind: OptionalKind, channel: Channel): NotificationPreferences {
  return { ...preferences, kinds: { ...preferences.kinds, [kind]: { ...preferences.kinds[kind], [channel]: false } } }
}

/** Hours of the day in which a person is not disturbed, as HH:MM. They may reach over midnight; `to` is exclusive. */
export interface QuietHours {
  readonly from: string
  readonly to: string
}

const DAY_MINUTES = 24 * 60

/** Whether the IANA database has a time zone of this name. */
export function isTimeZone (name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** The end of the quiet hours, if `now` lies in them in this time zone; null otherwise. */
export function quietUntil (now: Timestamp, { from, to }: QuietHours, timeZone: string): Timestamp | null {
  const [start, end] = [minutesOf(from), minutesOf(to)]
  const clock = new Intl.DateTimeFormat('en', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const localMinutes = (moment: Timestamp): number => minutesOf(clock.format(new Date(moment)))
  const isQuiet = (moment: Timestamp): boolean => apart(start, localMinutes(moment)) < apart(start, end)
  if (!isQuiet(now)) return null
  const minute = laterBy(now, -(Date.parse(now) % MINUTE_MS))
  const guess = laterBy(minute, apart(localMinutes(now), end) * MINUTE_MS)
  // When the clocks change in between, the guess is off by as much.
  const off = apart(localMinutes(guess), end)
  const corrected = laterBy(guess, (off > DAY_MINUTES / 2 ? off - DAY_MINUTES : off) * MINUTE_MS)
  // When the clocks skip the end of the quiet hours, the guess is already past it.
  return isQuiet(corrected) ? guess : corrected
}

function minutesOf (time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}

/** Minutes from one time of the day forward to another. */
function apart (from: number, to: number): number {
  return (to - from + DAY_MINUTES) % DAY_MINUTES
}
