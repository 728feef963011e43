import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Insertion } from '#application/ports/insertion.js'
import { mapStores, type OpenStores } from '#application/ports/stores.js'
import type { StreamerStore } from '#application/ports/streamer-store.js'
import type { WebhookEventStore } from '#application/ports/webhook-event-store.js'
import { ACCOUNTS, NOTIFICATIONS } from '../writes/account-writes.js'
import { CHANNELS } from '../writes/channel-writes.js'
import { paymentKey, webhookKey } from '../writes/payment-writes.js'
import { ROOMS } from '../writes/room-writes.js'
import { outageConversationStore } from './conversation-store.js'
import { outageMessageStore } from './message-store.js'
import { directOnlyStore, type Outage } from './outage.js'
import { outagePaymentStore, type IsIdempotent } from './payment-store.js'

/** The stores of DynamoDB with a journal for outages. A store that is not named here needs DynamoDB: an outage refuses its calls. */
export function outageStores (outage: Outage, stores: OpenStores, isIdempotent: IsIdempotent): OpenStores {
  const { messages, conversations, payments, streamers, webhookEvents, shipments, users, sessions, apiKeys, notifications, rooms, feeds, channels, channelFeeds, ping, inspect } = stores
  return {
    ...mapStores(stores, (_name, store) => directOnlyStore(outage, store)),
    messages: outageMessageStore(outage, messages),
    conversations: outageConversationStore(outage, conversations),
    payments: outagePaymentStore(outage, payments, isIdempotent),
    webhookEvents: outageWebhookEventStore(outage, webhookEvents),
    streamers: outageStreamerStore(outage, streamers),
    // What the journal holds of a payment comes before its items are shipped.
    shipments: directOnlyStore(outage, shipments, {
      insert: async (shipment, ...args) => await outage.directOnly(async () => await shipments.insert(shipment, ...args), paymentKey(shipment.paymentId)),
    }),
    rooms: directOnlyStore(outage, rooms, {}, ROOMS),
    feeds: directOnlyStore(outage, feeds, {}, ROOMS),
    channels: directOnlyStore(outage, channels, {}, CHANNELS),
    channelFeeds: directOnlyStore(outage, channelFeeds, {}, CHANNELS),
    users: directOnlyStore(outage, users, {}, ACCOUNTS),
    sessions: directOnlyStore(outage, sessions, {}, ACCOUNTS),
    apiKeys: directOnlyStore(outage, apiKeys, {}, ACCOUNTS),
    notifications: directOnlyStore(outage, notifications, {
      due: async (...args) => await outage.directOnly(async () => await notifications.due(...args), NOTIFICATIONS),
    }),
    // Readiness means that requests are welcome. They are in an outage too.
    ping: async () => { if (!outage.health.isAway) await outage.health.run(ping) },
    // A start while the store is away puts the look off.
    inspect: async () => outage.health.isAway ? [] : await outage.health.run(inspect),
  }
}

/** Webhook events. An outage acknowledges them, because not every provider repeats them. */
function outageWebhookEventStore (outage: Outage, store: WebhookEventStore): WebhookEventStore {
  const { events } = outage.waiting
  return directOnlyStore(outage, store, {
    insert: async (event): Promise<Insertion<WebhookEvent>> =>
      await outage.write(webhookKey(event.eventKey), async () => await store.insert(event), async () => {
        const taken = events.get(event.eventKey)
        if (taken !== undefined) return { inserted: false, stored: taken }
        await outage.append({ kind: 'webhook', event })
        return { inserted: true, stored: event }
      }),
    find: async (eventKey) => events.get(eventKey) ?? await outage.directOnly(async () => await store.find(eventKey)),
  })
}

/** Streamers. Ledger entries that memory mode left in the journal come before any others. */
function outageStreamerStore (outage: Outage, store: StreamerStore): StreamerStore {
  return directOnlyStore(outage, store, {
    post: async (ids, change, options) => await outage.directOnly(async () => await store.post(ids, change, options), ROOMS),
    find: async (streamerId) => await outage.directOnly(async () => await store.find(streamerId), ROOMS),
  })
}
