import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsync } from 'fastify'
import type { Logger } from 'pino'
import { makeDeliverNotifications, type DeliveryPorts, type NotificationObserver } from '#application/notifications/deliver-notifications.js'
import { makeNotifier } from '#application/notifications/notifier.js'
import { makeNotificationUseCases, type NotificationUseCases } from '#application/notifications/use-cases.js'
import type { Effect } from '#application/outbox/effect.js'
import { makeNotify } from '#application/outbox/effects/notify.js'
import type { Identity } from '#application/ports/identity.js'
import type { NotificationSenders, Send, TextMessage } from '#application/ports/notification-sender.js'
import { NOTIFICATION_QUEUES } from '#application/ports/notification-store.js'
import type { Notifier } from '#application/ports/notifier.js'
import { devOutbox, type DevOutbox } from '#adapters/dev-outbox/dev-outbox.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import { netgsmSender } from '#adapters/sms/netgsm.js'
import { twilioSender } from '#adapters/sms/twilio.js'
import { smtpMailer } from '#adapters/smtp/mailer.js'
import { chance } from '#adapters/system/chance.js'
import { notificationRenderer } from '#adapters/templates/renderer.js'
import { unsubscribeTokens } from '#adapters/tokens/unsubscribe-tokens.js'
import type { Config } from '../config/config.js'
import type { NotificationConfig, SmsConfig } from '../config/notification-config.js'
import type { Job } from '../runtime/job.js'

/** How long what is due may wait where there is little to do: each look is a query a queue. */
const PAUSE_MS = 1000

type Ports = Pick<DeliveryPorts, 'notifications' | 'notificationPreferences' | 'payments' | 'conversations' | 'users' | 'clock'> & {
  readonly config: Config
  readonly logger: Logger
  readonly metrics: Metrics
  readonly identity: Identity
  readonly publicUrl: () => string
}

/** All that there is to telling people, from the effect of an event to the channels. */
export interface Notifying {
  readonly notifier: Notifier
  readonly effect: Effect
  readonly jobs: readonly Job[]
  readonly pages: readonly FastifyPluginAsync[]
  readonly useCases: NotificationUseCases
}

export function makeNotifying ({ config, logger, metrics, identity, publicUrl, ...given }: Ports): Notifying {
  const { production, notifications: { defaults, unsubscribeSecret } } = config
  const outbox = production ? null : devOutbox((channel, notificationId) => { logger.info({ channel, notificationId }, 'a notification lies in /dev/outbox') })
  const { make, read } = unsubscribeTokens(unsubscribeSecret ?? randomBytes(32).toString('hex'))
  const ports = { ...given, notificationDefaults: defaults }
  return {
    notifier: makeNotifier({ ...ports, identity }),
    effect: makeNotify({ identity }),
    jobs: notificationJobs({
      ...ports,
      notificationSenders: notificationSenders(config.notifications, outbox),
      notificationRenderer,
      notificationObserver: notificationObserver({ metrics, logger }),
      unsubscribeUrl: (subscription) => `${publicUrl()}/unsubscribe/${make(subscription)}`,
      lateness: chance,
    }),
    pages: outbox === null ? [] : [outbox.pages],
    useCases: makeNotificationUseCases({ ...ports, readUnsubscribeToken: read }),
  }
}

function notificationJobs (ports: DeliveryPorts): readonly Job[] {
  const deliver = makeDeliverNotifications(ports)
  return Array.from({ length: NOTIFICATION_QUEUES }, (_, queue): Job => ({
    name: `notifications ${queue}`,
    pauseMs: PAUSE_MS,
    run: async () => await deliver(queue),
  }))
}

/** Figures for all, and a line in the log for what a person has to look at: ids alone. */
export function notificationObserver ({ metrics, logger }: { readonly metrics: Metrics, readonly logger: Logger }): NotificationObserver {
  return ({ notificationId, kind, state, reason }) => {
    metrics.countNotification(kind, state)
    if (state === 'dead') logger.error({ notificationId, kind, reason }, 'a notification can not be sent, and waits for a person')
  }
}

/** The channels as configured. What is not configured goes to the outbox of development, and nowhere in production. */
export function notificationSenders ({ smtp, sms }: NotificationConfig, outbox: DevOutbox | null): NotificationSenders {
  return {
    email: smtp === null ? outbox?.senders.email ?? null : smtpMailer(smtp),
    sms: sms === null ? outbox?.senders.sms ?? null : smsSender(sms),
  }
}

function smsSender (config: SmsConfig): Send<TextMessage> {
  return config.provider === 'netgsm' ? netgsmSender(config) : twilioSender(config)
}
