import { createHmac, timingSafeEqual } from 'node:crypto'
import { OPTIONAL_KINDS } from '#domain/notifications/notification.js'
import type { Subscription } from '#application/notifications/notification-preferences.js'

export interface UnsubscribeTokens {
  readonly make: (subscription: Subscription) => string
  /** Null where the token was not made with our secret. */
  readonly read: (token: string) => Subscription | null
}

/** A token holds kind and user, and a MAC over both (HMAC-SHA256). It never expires, because mails do not; it can only end mails. */
export function makeUnsubscribeTokens (secret: string): UnsubscribeTokens {
  const macOf = (content: string): Buffer => createHmac('sha256', secret).update(`unsubscribe ${content}`).digest()
  return {
    make: ({ userId, kind }) => {
      const content = Buffer.from(`${kind} ${userId}`).toString('base64url')
      return `${content}.${macOf(content).toString('base64url')}`
    },
    read: (token) => {
      const [, content = '', mac = ''] = /^([\w-]+)\.([\w-]{43})$/.exec(token) ?? []
      if (!timingSafeEqual(macOf(content), Buffer.concat([Buffer.from(mac, 'base64url'), Buffer.alloc(32)]).subarray(0, 32))) return null
      const [name, userId = ''] = Buffer.from(content, 'base64url').toString().split(' ')
      const kind = OPTIONAL_KINDS.find((known) => known === name)
      return kind === undefined ? null : { userId, kind }
    },
  }
}
