import type { Logger } from 'pino'
import { makeDeliverNotifications, type DeliveryPorts, type NotificationObserver } from '../application/notifications/deliver-notifications.js'
import type { NotificationSenders, Send, TextMessage } from '../application/ports/notification-sender.js'
import { NOTIFICATION_QUEUES } from '../application/ports/notification-store.js'
import type { DevOutbox } from '../adapters/dev-outbox/dev-outbox.js'
import type { Metrics } from '../adapters/prometheus/metrics.js'
import { netgsmSender } from '../adapters/sms/netgsm.js'
import { twilioSender } from '../adapters/sms/twilio.js'
import { smtpMailer } from '../adapters/smtp/mailer.js'
import type { NotificationConfig, SmsConfig } from './notification-config.js'
import type { Work } from './worker.js'

/** How long what is due may wait where there is little to do: each look is a query a queue. */
const PAUSE_MS = 2000

/** What goes on beside the requests so that notifications are sent. */
export function notificationWorks (ports: DeliveryPorts): readonly Work[] {
  const deliver = makeDeliverNotifications(ports)
  return Array.from({ length: NOTIFICATION_QUEUES }, (_, queue): Work => ({
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
export function notificationSenders (config: NotificationConfig, outbox: DevOutbox | null): NotificationSenders {
  const { smtp, sms } = config
  return {
    email: smtp === null ? outbox?.senders.email ?? null : smtpMailer(smtp),
    sms: sms === null ? outbox?.senders.sms ?? null : smsSender(sms),
  }
}

function smsSender (config: SmsConfig): Send<TextMessage> {
  return config.provider === 'netgsm' ? netgsmSender(config) : twilioSender(config)
}
