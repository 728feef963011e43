import { makeApiKeyUseCases } from '#application/accounts/api-keys.js'
import { makePersonUseCases } from '#application/accounts/person-use-cases.js'
import { makeAttentionUseCases } from '#application/attention/use-cases.js'
import { makeAuditUseCases } from '#application/audit/use-cases.js'
import { makeChannelUseCases } from '#application/channels/use-cases.js'
import { makeErrorLogUseCases } from '#application/error-log/use-cases.js'
import { makeMessageUseCases } from '#application/messages/use-cases.js'
import { makeOutboxUseCases } from '#application/outbox/use-cases.js'
import { makePaymentUseCases } from '#application/payments/use-cases.js'
import { makePerformanceUseCases } from '#application/performance/use-cases.js'
import { makeQuarantineUseCases } from '#application/quarantine/use-cases.js'
import { makeRoomUseCases } from '#application/rooms/use-cases.js'
import { makeHistoryUseCases } from '#application/live/history.js'
import { makeShippingUseCases } from '#application/shipping/use-cases.js'
import { makeHandleCarrierWebhook } from '#application/shipping/handle-carrier-webhook.js'
import { makeSenderUseCases } from '#application/shipping/sender-address.js'
import { makeStreamerUseCases } from '#application/streamers/use-cases.js'
import type { UseCases } from '#adapters/http/routes.js'
import type { Cradle } from './cradle.js'

/** The use cases of every noun. Each takes the ports it needs from the container by name. */
export function makeUseCases (ports: Cradle): UseCases {
  return {
    ...makeMessageUseCases(ports),
    ...makePaymentUseCases(ports),
    ...makeShippingUseCases(ports),
    ...makeHistoryUseCases(ports),
    handleCarrierWebhook: makeHandleCarrierWebhook(ports),
    ...makeSenderUseCases({ notificationPreferences: ports.notificationPreferences, notificationDefaults: ports.config.notifications.defaults }),
    ...makeStreamerUseCases(ports),
    ...makeRoomUseCases(ports),
    countViewers: (roomId) => ports.viewers.count(roomId),
    ...makeChannelUseCases(ports),
    ...makePersonUseCases(ports),
    ...ports.notifying.useCases,
    ...makeOutboxUseCases(ports),
    ...makeQuarantineUseCases(ports),
    ...makeApiKeyUseCases(ports),
    ...makeAuditUseCases(ports),
    ...makeAttentionUseCases(ports),
    ...makeErrorLogUseCases(ports),
    ...makePerformanceUseCases(ports),
  }
}
