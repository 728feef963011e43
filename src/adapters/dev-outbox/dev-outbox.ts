import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '#domain/errors.js'
import { isLoopback } from '#domain/network.js'
import type { Mail, NotificationSenders, TextMessage } from '#application/ports/notification-channels.js'

/** Older messages are dropped. */
const KEPT_MAX = 100

export interface DevOutbox {
  readonly senders: { readonly [N in keyof NotificationSenders]: NonNullable<NotificationSenders[N]> }
  /** GET /dev/outbox. */
  readonly pages: FastifyPluginAsync
}

type Kept = { readonly channel: 'email' } & Mail | { readonly channel: 'sms' } & TextMessage

/** Keeps mails and SMS instead of sending them, and shows them to developers. `onTaken` gets ids alone. */
export function makeDevOutbox (onTaken: (channel: string, notificationId: string) => void): DevOutbox {
  const kept: Kept[] = []

  function take (message: Kept): void {
    kept.unshift(message)
    kept.splice(KEPT_MAX)
    onTaken(message.channel, message.notificationId)
  }

  return {
    senders: {
      email: async (mail) => {
        take({ channel: 'email', ...mail })
        return { kind: 'sent' }
      },
      sms: async (message) => {
        take({ channel: 'sms', ...message })
        return { kind: 'sent' }
      },
    },
    pages: async (app) => {
      app.get('/dev/outbox', { config: { policy: 'public' }, schema: { hide: true } }, async ({ headers: { host = '' }, raw: { socket } }) => {
        // A page of another site can let its own name lead to this machine, and would read what developers see. Others can send any Host.
        if (!isLoopback(host) || !isLoopback(String(socket.remoteAddress))) throw new DomainError('forbidden', 'mails are shown on this machine alone, at an address such as http://127.0.0.1')
        return { items: kept }
      })
    },
  }
}
