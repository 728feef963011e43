import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsync } from 'fastify'
import type { Logger } from 'pino'
import { type DeliveryPorts, makeDeliverNotifications, type NotificationObserver } from '#application/notifications/deliver-notifications.js'
import { makeForesee, type Foresee } from '#application/notifications/foresee.js'
import { makeNotifier } from '#application/notifications/notifier.js'
import { makeNotificationUseCases, type NotificationUseCases } from '#application/notifications/use-cases.js'
import type { Effect } from '#application/outbox/effect.js'
import { makeNotify } from '#application/outbox/effects/notify.js'
import type { UserStore } from '#application/ports/account-stores.js'
import type { Identity } from '#application/ports/system.js'
import type { NotificationSenders, Send, TextMessage } from '#application/ports/notification-channels.js'
import { NOTIFICATION_QUEUES } from '#application/ports/notification-stores.js'
import type { Notifier } from '#application/ports/notifier.js'
import { makeDevOutbox, type DevOutbox } from '#adapters/dev-outbox/dev-outbox.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import { makeNetgsmSender, makeTwilioSender } from '#adapters/sms/sms.js'
import { makeSmtpMailer } from '#adapters/smtp/mailer.js'
import { chance } from '#adapters/system/system.js'
import { notificationRenderer } from '#adapters/templates/renderer.js'
import { makeUnsubscribeTokens } from '#adapters/tokens/unsubscribe-tokens.js'
import type { Config } from '../config/config.js'
import type { NotificationConfig, SmsConfig } from '../config/notification-config.js'
import type { Job } from '../runtime/job.js'

/** The pause of an idle queue. Each look is one query. */
const PAUSE_MS = 1000

/** Where another system knows the people, none has an account here, and none is looked for. */
const NO_ACCOUNTS: DeliveryPorts['users'] = { find: async () => null }

type Ports = Pick<DeliveryPorts, 'notifications' | 'notificationPreferences' | 'payments' | 'shipments' | 'conversations' | 'attempts' | 'isSmsCountry' | 'clock' | 'abandonMs'> & {
  readonly users: UserStore
  readonly config: Config
  readonly logger: Logger
  readonly metrics: Metrics
  readonly identity: Identity
  readonly publicUrl: () => string
}

/** Notifications, from the effect of an event to the channels. */
export interface Notifying {
  readonly notifier: Notifier
  readonly effect: Effect
  readonly foresee: Foresee
  readonly jobs: readonly Job[]
  readonly pages: readonly FastifyPluginAsync[]
  readonly useCases: NotificationUseCases
}

export function makeNotifying (cradle: Ports): Notifying {
  const { config, logger, metrics, identity, publicUrl, notifications, notificationPreferences, payments, shipments, conversations, users, attempts, isSmsCountry, clock, abandonMs } = cradle
  const { production, auth, notifications: { defaults, unsubscribeSecret } } = config
  const outbox = production ? null : makeDevOutbox((channel, notificationId) => { logger.info({ channel, notificationId }, 'a notification is in /dev/outbox') })
  const { make, read } = makeUnsubscribeTokens(unsubscribeSecret ?? randomBytes(32).toString('hex'))
  const notificationSenders = makeNotificationSenders(config.notifications, outbox)
  const accounts = auth.mode === 'local' ? users : NO_ACCOUNTS
  const ports = { notifications, notificationPreferences, payments, shipments, conversations, attempts, identity, clock, notificationDefaults: defaults }
  return {
    notifier: makeNotifier({ ...ports, users }),
    // A restart in memory mode has the events take effect again: what was not sent at first is ended by later versions, which the journal keeps.
    foresee: config.mode === 'memory' ? async (planned) => planned : makeForesee({ ...ports, users: accounts, notificationSenders, isSmsCountry }),
    effect: makeNotify({ identity, timeZone: defaults.timeZone, shipWithinDays: config.shipWithinDays }),
    jobs: makeNotificationJobs({
      ...ports,
      users: accounts,
      notificationSenders,
      notificationRenderer,
      notificationObserver: makeNotificationObserver({ metrics, logger }),
      unsubscribeUrl: (subscription) => `${publicUrl()}/unsubscribe/${make(subscription)}`,
      appUrl: config.notifications.appUrl,
      smsTables: config.notifications.sms?.provider === 'twilio' ? 'default' : 'turkish',
      isSmsCountry,
      abandonMs,
      lateness: chance,
    }),
    pages: outbox === null ? [] : [outbox.pages],
    useCases: makeNotificationUseCases({ ...ports, readUnsubscribeToken: read }),
  }
}

function makeNotificationJobs (ports: DeliveryPorts): readonly Job[] {
  const deliver = makeDeliverNotifications(ports)
  return Array.from({ length: NOTIFICATION_QUEUES }, (_, queue): Job => ({
    name: `notifications ${queue}`,
    pauseMs: PAUSE_MS,
    run: async () => await deliver(queue),
  }))
}

/** Counts every notification, and logs the ids of those that are dead. */
export function makeNotificationObserver ({ metrics, logger }: { readonly metrics: Metrics, readonly logger: Logger }): NotificationObserver {
  return ({ notificationId, kind, state, reason }) => {
    metrics.countNotification(kind, state)
    if (state === 'dead') logger.error({ notificationId, kind, reason }, 'a notification is dead: it will not be sent unless a person retries it')
  }
}

/** The configured channels. Without configuration, a channel ends in the outbox of development; in production it is null. */
export function makeNotificationSenders ({ smtp, sms }: NotificationConfig, outbox: DevOutbox | null): NotificationSenders {
  return {
    email: smtp === null ? outbox?.senders.email ?? null : makeSmtpMailer(smtp),
    sms: sms === null ? outbox?.senders.sms ?? null : makeSmsSender(sms),
  }
}

function makeSmsSender (config: SmsConfig): Send<TextMessage> {
  return config.provider === 'netgsm' ? makeNetgsmSender(config) : makeTwilioSender(config)
}
