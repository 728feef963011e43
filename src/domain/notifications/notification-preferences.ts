import type { Locale } from '../accounts/user.js'
import { laterBy, MINUTE_MS, type Timestamp } from '../time.js'
import { CHANNELS, isAccountKind, OPTIONAL_KINDS, type Channel, type NotificationKind, type OptionalKind } from './notification.js'

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

/** Hours of the day at which somebody is not to be disturbed; they may reach over midnight. Both are HH:MM, `to` is outside. */
export interface QuietHours {
  readonly from: string
  readonly to: string
}

const DAY_MINUTES = 24 * 60

/** Whether the name of a time zone is one of the IANA database. */
export function isTimeZone (name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** The end of the quiet hours that hold at this moment in a time zone; null where none do. */
export function quietUntil (now: Timestamp, { from, to }: QuietHours, timeZone: string): Timestamp | null {
  const [start, end] = [minutesOf(from), minutesOf(to)]
  const clock = new Intl.DateTimeFormat('en', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const localMinutes = (moment: Timestamp): number => minutesOf(clock.format(new Date(moment)))
  const isQuiet = (moment: Timestamp): boolean => apart(start, localMinutes(moment)) < apart(start, end)
  if (!isQuiet(now)) return null
  const minute = laterBy(now, -(Date.parse(now) % MINUTE_MS))
  const guess = laterBy(minute, apart(localMinutes(now), end) * MINUTE_MS)
  // The clocks may be changed in between: then the guess is too late or too early by as much.
  const off = apart(localMinutes(guess), end)
  const corrected = laterBy(guess, (off > DAY_MINUTES / 2 ? off - DAY_MINUTES : off) * MINUTE_MS)
  // A time that is left out when the clocks go forward has passed with the guess.
  return isQuiet(corrected) ? guess : corrected
}

function minutesOf (time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}

/** Minutes from one time of the day until the next such other. */
function apart (from: number, to: number): number {
  return (to - from + DAY_MINUTES) % DAY_MINUTES
}
