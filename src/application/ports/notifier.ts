import type { Locale } from '#domain/accounts/user.js'

export const NOTICE_KINDS = ['verify-email', 'account-exists', 'password-reset', 'password-changed'] as const
export type NoticeKind = typeof NOTICE_KINDS[number]

/** Something that somebody has to be told by mail. */
export interface Notice {
  readonly kind: NoticeKind
  /** The address, folded. */
  readonly to: string
  readonly locale: Locale
  readonly data: {
    /** Holds a secret that lets in whoever has it: never logged, and kept no longer and no plainer than its delivery needs. */
    readonly link?: string
  }
  /** Notices of the same key are delivered once. */
  readonly dedupeKey: string
}

export interface Notifier {
  /** Takes in a notice, to be delivered later: mail servers are slow, and whoever asks does not wait for them. @throws store_unavailable */
  enqueue: (notice: Notice) => Promise<void>
}
