import type { OpenStores } from '#application/ports/stores.js'
import type { StreamerStore } from '#application/ports/streamer-store.js'
import { fallbackConversationStore } from './conversation-store.js'
import type { Fallback } from './outage.js'
import { guarded } from './guarded.js'
import { streamerKey } from '../journaled-write.js'
import { fallbackMessageStore } from './message-store.js'
import { fallbackPaymentStore, type IsIdempotent } from './payment-store.js'
import { ACCOUNTS, NOTIFICATIONS } from '../person-write.js'
import { fallbackWebhookEventStore } from './webhook-event-store.js'

/** The stores, with a journal for the time when they are away. Neither they nor those who use them know of it. */
export function outageStores (fallback: Fallback, stores: OpenStores, isIdempotent: IsIdempotent): OpenStores {
  const { messages, conversations, payments, streamers, webhookEvents, notifications, ping, close } = stores
  return {
    messages: fallbackMessageStore(fallback, messages),
    conversations: fallbackConversationStore(fallback, conversations),
    payments: fallbackPaymentStore(fallback, payments, isIdempotent),
    streamers: guarded(fallback, streamers, behindJournal(fallback, streamers)),
    webhookEvents: fallbackWebhookEventStore(fallback, webhookEvents),
    orderIndex: guarded(fallback, stores.orderIndex, {}),
    outbox: guarded(fallback, stores.outbox, {}),
    stats: guarded(fallback, stores.stats, {}),
    users: guarded(fallback, stores.users, {}, ACCOUNTS),
    sessions: guarded(fallback, stores.sessions, {}, ACCOUNTS),
    attempts: guarded(fallback, stores.attempts, {}),
    audit: guarded(fallback, stores.audit, {}),
    notifications: guarded(fallback, notifications, {
      due: async (...args) => await fallback.only(async () => await notifications.due(...args), NOTIFICATIONS),
    }),
    notificationPreferences: guarded(fallback, stores.notificationPreferences, {}),
    // Whoever sends requests here has to know whether they are taken, which they are without the store too.
    ping: async () => { if (!fallback.health.isAway) await fallback.health.run(ping) },
    close,
  }
}

/** Minutes that memory mode has left in the journal come before any others. */
function behindJournal (fallback: Fallback, streamers: StreamerStore): Partial<StreamerStore> {
  return {
    post: async (ids, change, options) => await fallback.only(async () => await streamers.post(ids, change, options), streamerKey(ids.streamerId)),
    find: async (streamerId) => await fallback.only(async () => await streamers.find(streamerId), streamerKey(streamerId)),
  }
}
