import type { NotificationKind } from '#domain/notifications/notification.js'

/** The texts of a kind, in ICU's message format: https://unicode-org.github.io/icu/userguide/format_parse/messages/ */
export interface Texts {
  readonly subject: string
  /** Paragraphs of the mail. */
  readonly body: readonly string[]
  /** What the link says; null where the kind has none. */
  readonly action: string | null
  readonly sms: string
}

/** All texts of a language. One that lacks a kind does not compile. */
export interface Catalog {
  readonly greeting: string
  readonly unsubscribe: string
  readonly footer: string
  readonly kinds: Readonly<Record<NotificationKind, Texts>>
}
