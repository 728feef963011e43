import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import type { ChannelSnapshot } from '#domain/channels/channel-state.js'
import type { ApiKeyStore, AttemptStore, AuditStore, ErasureStore, RegistrationStore, SessionStore, UserStore } from './account-stores.js'
import type { AttentionStore } from './attention-store.js'
import type { BillingStore } from './billing-store.js'
import type { ChannelStore } from './channel-store.js'
import type { ConversationStore } from './conversation-store.js'
import type { EventLog } from './event-log.js'
import type { ErrorStore } from './error-store.js'
import type { MessageReportStore } from './message-report-store.js'
import type { MessageStore } from './message-store.js'
import type { NotificationPreferenceStore, NotificationStore } from './notification-stores.js'
import type { OrderIndex, StatsStore } from './read-models.js'
import type { OutboxStore } from './outbox-store.js'
import type { PaymentStore } from './payment-store.js'
import type { PerformanceStore } from './performance-store.js'
import type { RoundStore } from './round-store.js'
import type { FeedStore, RoomStore } from './room-stores.js'
import type { ShipmentAddressStore, ShipmentStore } from './shipment-store.js'
import type { StreamerStore } from './streamer-store.js'
import type { WebhookEventStore } from './webhook-event-store.js'

/**
 * Every store, by the name under which metrics, the container and the outage guard know it.
 *
 * Promises of all stores: a method answers copies, which no later change reaches, and takes copies of its arguments. Any method
 * may throw
 *   - `store_unavailable`: the store did not answer. Whether a write took place is unknown; the same call may be repeated.
 *   - `store_busy`: the store is overloaded, or concurrent changes came first for too long. Nothing was written.
 * An error that a caller's `change` throws passes through unchanged, and nothing is written.
 * Lists may miss what was written a moment before: indexes follow their table with a short delay.
 */
export interface Stores {
  readonly messages: MessageStore
  readonly conversations: ConversationStore
  readonly messageReports: MessageReportStore
  readonly payments: PaymentStore
  readonly billing: BillingStore
  readonly shipments: ShipmentStore
  readonly shipmentAddresses: ShipmentAddressStore
  readonly rounds: RoundStore
  readonly streamers: StreamerStore
  readonly rooms: RoomStore
  readonly feeds: FeedStore
  readonly channels: ChannelStore
  /** The feeds of channels, beside those of rooms. */
  readonly channelFeeds: FeedStore<ChannelEntry, ChannelSnapshot>
  readonly users: UserStore
  readonly registrations: RegistrationStore
  readonly sessions: SessionStore
  readonly erasures: ErasureStore
  readonly attempts: AttemptStore
  readonly apiKeys: ApiKeyStore
  readonly audit: AuditStore
  readonly webhookEvents: WebhookEventStore
  readonly orderIndex: OrderIndex
  readonly notifications: NotificationStore
  readonly notificationPreferences: NotificationPreferenceStore
  readonly outbox: OutboxStore
  readonly events: EventLog
  readonly stats: StatsStore
  readonly attention: AttentionStore
  readonly errors: ErrorStore
  readonly performanceRows: PerformanceStore
}

/** All stores of one technology. They share its state, because one step writes to several of them. */
export interface OpenStores extends Stores {
  /** Checks that the technology answers. @throws store_unavailable */
  readonly ping: () => Promise<void>
  /** What the technology lacks for the service, such as an index: a line each, which names the remedy. @throws store_unavailable */
  readonly inspect: () => Promise<readonly string[]>
  /** Closes connections and files. The stores must not be called afterwards. */
  readonly close: () => Promise<void>
}

export type StoreName = keyof Stores

/** A store that is missing here does not compile. */
const names: { readonly [Name in StoreName]: null } = {
  messages: null,
  conversations: null,
  messageReports: null,
  payments: null,
  billing: null,
  shipments: null,
  shipmentAddresses: null,
  rounds: null,
  streamers: null,
  rooms: null,
  feeds: null,
  channels: null,
  channelFeeds: null,
  users: null,
  registrations: null,
  sessions: null,
  erasures: null,
  attempts: null,
  apiKeys: null,
  audit: null,
  webhookEvents: null,
  orderIndex: null,
  notifications: null,
  notificationPreferences: null,
  outbox: null,
  events: null,
  stats: null,
  attention: null,
  errors: null,
  performanceRows: null,
}

export const STORE_NAMES = Object.keys(names) as readonly StoreName[]

/** The stores, each replaced by what `wrap` makes of it; `ping`, `inspect` and `close` stay. */
export function mapStores<S extends Stores> (stores: S, wrap: <Name extends StoreName>(name: Name, store: Stores[Name]) => Stores[Name]): S {
  return { ...stores, ...Object.fromEntries(STORE_NAMES.map((name) => [name, wrap(name, stores[name])])) }
}
