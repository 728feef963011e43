import type { TableDefinition } from './table-definition.js'

export type { IndexDefinition, TableDefinition } from './table-definition.js'

/** What lists of rooms show, beside the keys. */
const ROOM_SUMMARY = [
  'streamerId', 'title', 'category', 'coverUrl', 'visibility', 'status', 'startsAt', 'startedAt', 'endedAt', 'endedReason', 'createdAt', 'updatedAt', 'version',
] as const

/** Every table and index. The command that creates them, the stores, the documentation and the tests have them from here alone. */
export const TABLES = {
  migrations: { suffix: 'migrations', variable: 'DYNAMODB_TABLE_MIGRATIONS', hash: 'name', indexes: [] },
  messages: {
    suffix: 'messages',
    variable: 'DYNAMODB_TABLE_MESSAGES',
    hash: 'messageId',
    indexes: [
      { name: 'senderId-receiverId-index', hash: 'senderId', range: 'receiverId', projection: 'ALL' },
      { name: 'conversationId-sortKey-index', hash: 'conversationId', range: 'sortKey', projection: 'ALL' },
      { name: 'senderId-timestamp-index', hash: 'senderId', range: 'timestamp', projection: 'ALL' },
      { name: 'receiverId-timestamp-index', hash: 'receiverId', range: 'timestamp', projection: 'ALL' },
    ],
  },
  inbox: {
    suffix: 'inbox',
    variable: 'DYNAMODB_TABLE_INBOX',
    hash: 'userId',
    range: 'conversationId',
    indexes: [
      { name: 'userId-lastKey-index', hash: 'userId', range: 'lastKey', projection: 'ALL' },
      // Sparse: a row has `unreadUser` only while something in it is unread.
      { name: 'unreadUser-lastKey-index', hash: 'unreadUser', range: 'lastKey', projection: ['unread'] },
    ],
  },
  // Of messages of private conversations. They hold no text.
  messageReports: {
    suffix: 'message-reports',
    variable: 'DYNAMODB_TABLE_MESSAGE_REPORTS',
    hash: 'messageId',
    indexes: [
      // One partition for each state: people report far less than one takes.
      { name: 'state-createdKey-index', hash: 'state', range: 'createdKey', projection: 'ALL' },
      { name: 'reporterId-createdKey-index', hash: 'reporterId', range: 'createdKey', projection: 'ALL' },
    ],
  },
  payments: {
    suffix: 'payments',
    variable: 'DYNAMODB_TABLE_PAYMENTS',
    hash: 'paymentId',
    indexes: [
      { name: 'userId-index', hash: 'userId', projection: 'ALL' },
      { name: 'userId-status-index', hash: 'userId', range: 'status', projection: 'ALL' },
      { name: 'userId-createdKey-index', hash: 'userId', range: 'createdKey', projection: 'ALL' },
      { name: 'userStatus-createdKey-index', hash: 'userStatus', range: 'createdKey', projection: 'ALL' },
      // 'YYYY-MM-DD#shard': several partitions a day, so that a busy day is written to more than one.
      { name: 'adminBucket-createdKey-index', hash: 'adminBucket', range: 'createdKey', projection: 'ALL' },
      // Sparse: a row has `providerRef` from the provider's first answer on.
      { name: 'providerRef-index', hash: 'providerRef', projection: 'KEYS_ONLY' },
      // Sparse: a row has both attributes only while something of the payment is open.
      { name: 'dueShard-dueAt-index', hash: 'dueShard', range: 'dueAt', projection: 'KEYS_ONLY' },
    ],
  },
  // The payment that holds an order. In a table of its own, so that no reader of payments meets it.
  orderClaims: { suffix: 'order-claims', variable: 'DYNAMODB_TABLE_ORDER_CLAIMS', hash: 'order', indexes: [] },
  // What invoices need of payers whose accounts are deleted. In a table of its own, so that who reads it can be limited.
  billing: { suffix: 'billing', variable: 'DYNAMODB_TABLE_BILLING', hash: 'paymentId', indexes: [], expiry: 'deleteAt' },
  shipments: {
    suffix: 'shipments',
    variable: 'DYNAMODB_TABLE_SHIPMENTS',
    hash: 'shipmentId',
    indexes: [
      { name: 'sellerId-createdKey-index', hash: 'sellerId', range: 'createdKey', projection: 'ALL' },
      { name: 'buyerId-createdKey-index', hash: 'buyerId', range: 'createdKey', projection: 'ALL' },
      { name: 'listShard-createdKey-index', hash: 'listShard', range: 'createdKey', projection: 'ALL' },
      // What carriers know a shipment by: our key, and once there is a label their reference.
      { name: 'keyRef-index', hash: 'keyRef', projection: 'KEYS_ONLY' },
      { name: 'carrierRef-index', hash: 'carrierRef', projection: 'KEYS_ONLY' },
      // Sparse: a row has both attributes only while its carrier is to be asked.
      { name: 'dueShard-dueAt-index', hash: 'dueShard', range: 'dueAt', projection: 'KEYS_ONLY' },
      // Sparse: a row has `flaggedShard` only while it has a flag.
      { name: 'flaggedShard-createdKey-index', hash: 'flaggedShard', range: 'createdKey', projection: 'KEYS_ONLY' },
    ],
  },
  // Personal data in a table of its own: DynamoDB deletes it in time, and the shipment stays.
  shipmentAddresses: { suffix: 'shipment-addresses', variable: 'DYNAMODB_TABLE_SHIPMENT_ADDRESSES', hash: 'shipmentId', indexes: [], expiry: 'deleteAt' },
  webhookEvents: {
    suffix: 'webhook-events',
    variable: 'DYNAMODB_TABLE_WEBHOOK_EVENTS',
    hash: 'eventKey',
    indexes: [
      // 'state#shard': lists run over the partitions of one state, or of all.
      { name: 'stateShard-receivedKey-index', hash: 'stateShard', range: 'receivedKey', projection: 'ALL' },
      // Sparse: a row has `listPaymentId` once its payment is known.
      { name: 'listPaymentId-receivedKey-index', hash: 'listPaymentId', range: 'receivedKey', projection: 'ALL' },
      // Sparse: a row has both attributes only while the event waits.
      { name: 'dueShard-dueAt-index', hash: 'dueShard', range: 'dueAt', projection: 'KEYS_ONLY' },
    ],
    expiry: 'expiresAt',
  },
  outbox: { suffix: 'outbox', variable: 'DYNAMODB_TABLE_OUTBOX', hash: 'shard', range: 'eventId', indexes: [] },
  // The events of each shard of the outbox by their offsets, 12 digits.
  events: {
    suffix: 'events',
    variable: 'DYNAMODB_TABLE_EVENTS',
    hash: 'partition',
    range: 'offset',
    indexes: [{ name: 'subjectId-eventKey-index', hash: 'subjectId', range: 'eventKey', projection: 'ALL' }],
    expiry: 'deleteAt',
  },
  searchTerms: {
    suffix: 'search-terms',
    variable: 'DYNAMODB_TABLE_SEARCH_TERMS',
    hash: 'userTerm',
    range: 'createdKey',
    indexes: [
      // 'term' or, because many orders share the beginnings of words, 'term#shard'.
      { name: 'adminTerm-createdKey-index', hash: 'adminTerm', range: 'createdKey', projection: 'KEYS_ONLY' },
    ],
  },
  // One partition for each shard of the outbox: it counts the events of that shard alone.
  stats: { suffix: 'stats', variable: 'DYNAMODB_TABLE_STATS', hash: 'shard', range: 'dayCurrency', indexes: [] },
  // Refunds, disputes and flags of all payments. 'kind#shard'; by the index 'kind#state#shard', because lists and counts are of one state.
  attention: {
    suffix: 'attention',
    variable: 'DYNAMODB_TABLE_ATTENTION',
    hash: 'kindShard',
    range: 'createdKey',
    indexes: [{ name: 'stateShard-createdKey-index', hash: 'stateShard', range: 'createdKey', projection: 'ALL' }],
  },
  days: { suffix: 'days', variable: 'DYNAMODB_TABLE_DAYS', hash: 'register', range: 'day', indexes: [] },
  notifications: {
    suffix: 'notifications',
    variable: 'DYNAMODB_TABLE_NOTIFICATIONS',
    hash: 'notificationId',
    // The keys alone: no secret is copied, and a failed attempt needs no write to the history.
    indexes: [
      { name: 'userId-createdKey-index', hash: 'userId', range: 'createdKey', projection: 'KEYS_ONLY' },
      { name: 'queue-queueKey-index', hash: 'queue', range: 'queueKey', projection: 'KEYS_ONLY' },
    ],
    expiry: 'expiresAt',
  },
  notificationPreferences: {
    suffix: 'notification-preferences',
    variable: 'DYNAMODB_TABLE_NOTIFICATION_PREFERENCES',
    hash: 'userId',
    indexes: [],
  },
  streamers: {
    suffix: 'streamers',
    variable: 'DYNAMODB_TABLE_STREAMERS',
    hash: 'streamerId',
    // The keys alone, which never change: an entry of the ledger needs no write to the index.
    indexes: [{ name: 'listShard-createdKey-index', hash: 'listShard', range: 'createdKey', projection: 'KEYS_ONLY' }],
  },
  ledger: {
    suffix: 'ledger',
    variable: 'DYNAMODB_TABLE_LEDGER',
    // Without the streamer: an idempotency key that is reused for another streamer has to meet its entry.
    hash: 'entryId',
    indexes: [{ name: 'streamerId-createdKey-index', hash: 'streamerId', range: 'createdKey', projection: 'ALL' }],
  },
  users: {
    suffix: 'users',
    variable: 'DYNAMODB_TABLE_USERS',
    // As in the earlier application. An address has one row, so that no two users can have the same.
    hash: 'email',
    indexes: [
      { name: 'userId-index', hash: 'userId', projection: 'KEYS_ONLY' },
      { name: 'listShard-createdKey-index', hash: 'listShard', range: 'createdKey', projection: 'KEYS_ONLY' },
    ],
  },
  // By a derived id of the address: links name it, and it says nothing about the address.
  registrations: { suffix: 'registrations', variable: 'DYNAMODB_TABLE_REGISTRATIONS', hash: 'registrationId', indexes: [], expiry: 'deleteAt' },
  sessions: {
    suffix: 'sessions',
    variable: 'DYNAMODB_TABLE_SESSIONS',
    hash: 'sessionId',
    indexes: [{ name: 'userId-createdKey-index', hash: 'userId', range: 'createdKey', projection: 'ALL' }],
    expiry: 'deleteAt',
  },
  attempts: { suffix: 'attempts', variable: 'DYNAMODB_TABLE_ATTEMPTS', hash: 'attemptKey', indexes: [], expiry: 'deleteAt' },
  rooms: {
    suffix: 'rooms',
    variable: 'DYNAMODB_TABLE_ROOMS',
    hash: 'roomId',
    indexes: [
      { name: 'streamerId-createdKey-index', hash: 'streamerId', range: 'createdKey', projection: ROOM_SUMMARY },
      // 'status#shard', of unlisted rooms 'unlisted#status#shard'.
      { name: 'listShard-createdKey-index', hash: 'listShard', range: 'createdKey', projection: ROOM_SUMMARY },
      // Sparse: public rooms alone. 'status#category'.
      { name: 'listCategory-createdKey-index', hash: 'listCategory', range: 'createdKey', projection: ROOM_SUMMARY },
    ],
  },
  // The one live room of a streamer. In a table of its own, so that neither the ledger nor the rooms wait for it.
  liveRooms: { suffix: 'live-rooms', variable: 'DYNAMODB_TABLE_LIVE_ROOMS', hash: 'streamerId', indexes: [] },
  // Minutes of broadcasts. In a table of its own, so that an edit of a room never meets the count of its minutes.
  roomMeters: {
    suffix: 'room-meters', variable: 'DYNAMODB_TABLE_ROOM_METERS', hash: 'roomId',
    // Sparse: a row has both attributes until the broadcast is over and counted.
    indexes: [{ name: 'dueShard-dueAt-index', hash: 'dueShard', range: 'dueAt', projection: 'KEYS_ONLY' }],
  },
  // The pages of each feed by their numbers, 12 digits; page 0 is the snapshot.
  feeds: { suffix: 'feeds', variable: 'DYNAMODB_TABLE_FEEDS', hash: 'feedId', range: 'page', indexes: [], expiry: 'deleteAt' },
  channels: {
    suffix: 'channels', variable: 'DYNAMODB_TABLE_CHANNELS', hash: 'channelId',
    // Sparse: public channels alone. The keys never change, so that a message needs no write to the index.
    indexes: [{ name: 'listShard-createdKey-index', hash: 'listShard', range: 'createdKey', projection: 'KEYS_ONLY' }],
  },
  channelMembers: { suffix: 'channel-members', variable: 'DYNAMODB_TABLE_CHANNEL_MEMBERS', hash: 'userId', range: 'channelId', indexes: [] },
  audit: {
    suffix: 'audit', variable: 'DYNAMODB_TABLE_AUDIT', hash: 'register', range: 'createdKey',
    // Sparse: the shared token has no actor, and not each act has a target.
    indexes: [
      { name: 'listActorId-createdKey-index', hash: 'listActorId', range: 'createdKey', projection: 'ALL' },
      { name: 'listTargetId-createdKey-index', hash: 'listTargetId', range: 'createdKey', projection: 'ALL' },
    ],
  },
  errors: {
    suffix: 'errors', variable: 'DYNAMODB_TABLE_ERRORS', hash: 'errorId',
    // One partition for each state: a process writes two errors a second at most.
    indexes: [{ name: 'state-lastSeenKey-index', hash: 'state', range: 'lastSeenKey', projection: 'KEYS_ONLY' }],
    expiry: 'deleteAt',
  },
  // One row for each process and five minutes, whatever the traffic.
  performance: { suffix: 'performance', variable: 'DYNAMODB_TABLE_PERFORMANCE', hash: 'hour', range: 'slotKey', indexes: [], expiry: 'deleteAt' },
} as const satisfies Record<string, TableDefinition>

export type TableId = keyof typeof TABLES
export type IndexName<Table extends TableId> = typeof TABLES[Table]['indexes'][number]['name']
export type TableNames = Readonly<Record<TableId, string>>

/** In the order of their creation: the messages table needs the one that records migrations. */
export const TABLE_IDS = Object.keys(TABLES) as readonly TableId[]

/** The table names of an environment: each from its variable, or with the prefix where the variable is unset or empty. */
export function tableNames (environment: Readonly<Record<string, string | undefined>>, prefix = 'basvideo-'): TableNames {
  const entries = TABLE_IDS.map((id) => {
    const { suffix, variable } = TABLES[id]
    return [id, environment[variable] || `${prefix}${suffix}`] as const
  })
  return Object.fromEntries(entries) as TableNames
}
