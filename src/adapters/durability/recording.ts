import type { AuditEntry } from '#domain/audit.js'
import { mapStores, type OpenStores, type Stores } from '#application/ports/stores.js'
import type { Entry } from './journal/journal-state.js'
import type { Journal } from './journal/journal.js'
import { withMethods } from './proxy.js'
import { claimIn } from './writes/payment-writes.js'
import { carryOut, type JournaledWrite } from './writes/journaled-write.js'
import { withoutSnapshot } from './writes/room-writes.js'
import { withoutLabel } from './writes/shipment-writes.js'

type RecordWrite = (write: JournaledWrite) => Promise<void>

/** Makes of a method one that is answered only once its writes are in the journal. */
type Recorder<Method> = (call: Method, record: RecordWrite) => Method

/** A method that writes, and the reason why a restart may undo it. */
interface NotRecorded {
  readonly notRecorded: string
}

/** Memory mode has to know of each method whether it writes. A method of a port that is missing here does not compile. */
type Recording<S> = { readonly [Method in keyof S]-?: 'read' | NotRecorded | Recorder<S[Method]> }

const AGAIN = { notRecorded: 'a restart makes the round of the day again' }
const FROM_EVENTS = { notRecorded: 'a restart stores the events again with their writes, and they take effect again' }
const REMOVED_AGAIN = { notRecorded: 'a restart removes the pages of deleted channels again' }
const FEEDS = { read: 'read', readBack: 'read', find: 'read', listOfAuthor: 'read', findSnapshot: 'read', removeOld: REMOVED_AGAIN } as const

/** What the journal of memory mode keeps of each method of each store. */
const RECORDING: { readonly [Name in keyof Stores]: Recording<Stores[Name]> } = {
  messages: {
    insert: records(({ inserted, stored }) => inserted ? [{ kind: 'message', message: stored }] : []),
    insertTogether: records((insertions) => insertions.filter(({ inserted }) => inserted).map(({ stored }) => ({ kind: 'message', message: stored }))),
    find: 'read',
    listConversation: 'read',
    listOfUser: 'read',
  },
  conversations: {
    markRead: records((_readAt, [marker]) => [{ kind: 'read', marker }]),
    tell: { notRecorded: 'a restart may tell a person again' },
    setBlocked: records((_side, [userId, otherUserId, blocked]) => [{ kind: 'block', userId, otherUserId, blocked }]),
    find: 'read',
    list: 'read',
    listBlocked: 'read',
    unreadTotal: 'read',
  },
  messageReports: {
    insert: records(({ inserted }, [report]) => inserted ? [{ kind: 'message_report', report }] : []),
    replace: records((replaced, [report]) => replaced ? [{ kind: 'message_report', report }] : []),
    find: 'read',
    list: 'read',
    listOfReporter: 'read',
    countOpen: 'read',
  },
  payments: {
    insert: records(({ inserted }, [decision, options]) => inserted ? [{ kind: 'intent', decision, claim: claimIn(options) }] : []),
    update: records(({ payment, events, duplicate }, [, , options]) =>
      duplicate ? [] : [{ kind: 'change', decision: { payment, events }, event: options?.webhookEvent ?? null }]),
    find: 'read',
    findMany: 'read',
    findByReference: 'read',
    due: 'read',
    listOfUser: 'read',
    list: 'read',
  },
  billing: { keep: records((_nothing, [record]) => [{ kind: 'billing', record }]), find: 'read' },
  shipments: {
    insert: records(({ inserted, stored }, [, addresses, , , events = []]) => inserted ? [{ kind: 'shipment', decision: { shipment: stored, events }, addresses: withoutLabel(addresses), event: null }] : []),
    update: records(({ shipment, events, duplicate }, [, , options]) => duplicate ? [] : [{ kind: 'shipment', decision: { shipment, events }, addresses: withoutLabel(options?.addresses ?? null), event: options?.webhookEvent ?? null }]),
    find: 'read',
    findMany: 'read',
    findByCarrier: 'read',
    due: 'read',
    listOf: 'read',
    list: 'read',
    countFlagged: 'read',
  },
  shipmentAddresses: {
    keepLabel: records((_nothing, [{ shipmentId, paymentId }, { format, bytes }]) => [{ kind: 'shipment_address', shipmentId, paymentId, label: { format, base64: Buffer.from(bytes).toString('base64') }, expiresAt: null }]),
    expire: records((_nothing, [{ shipmentId, paymentId }, expiresAt]) => [{ kind: 'shipment_address', shipmentId, paymentId, label: null, expiresAt }]),
    find: 'read',
  },
  rounds: { find: 'read', claim: AGAIN, save: AGAIN },
  streamers: {
    post: records((posted, [, , { purchase = null }]) =>
      posted.inserted ? [{ kind: 'posting', streamer: posted.streamer, entry: posted.entry, purchase, ...(posted.meter !== undefined && { meter: posted.meter }) }] : []),
    replace: records((replaced, [streamer]) => replaced ? [{ kind: 'streamer', streamer }] : []),
    find: 'read',
    list: 'read',
    listEntries: 'read',
  },
  rooms: {
    find: 'read',
    list: 'read',
    listOfStreamer: 'read',
    findMeter: 'read',
    dueMeters: 'read',
    moveMeter: records((moved, [before, after]) => moved ? [{ kind: 'meter', before, after }] : []),
  },
  feeds: {
    append: records(({ kind }, [page, together = {}]) => kind === 'appended' ? [{ kind: 'page', page, together: withoutSnapshot(together) }] : []),
    ...FEEDS,
  },
  channels: {
    find: 'read',
    findMany: 'read',
    listPublic: 'read',
    listDeleted: 'read',
    endDeletion: REMOVED_AGAIN,
    findMember: 'read',
    listOfUser: 'read',
    markRead: records((_nothing, [channelId, userId, count]) => [{ kind: 'channel_read', channelId, userId, count }]),
  },
  channelFeeds: {
    append: records(({ kind }, [page, together = {}]) => kind === 'appended' ? [{ kind: 'channel_page', page, together: withoutSnapshot(together) }] : []),
    ...FEEDS,
  },
  webhookEvents: {
    insert: records(({ inserted }, [event]) => inserted ? [{ kind: 'webhook', event }] : []),
    replace: records((replaced, [before, after]) => replaced ? [{ kind: 'replacement', before, after }] : []),
    find: 'read',
    due: 'read',
    list: 'read',
    countParked: 'read',
  },
  users: {
    insert: records(({ inserted }, [user]) => inserted ? [{ kind: 'account', email: user.email, user, line: null }] : []),
    update: (update, record) => async (email, change, makeLine) => {
      const step = { isChanged: false, line: null as AuditEntry | null }
      const user = await update(email, (before) => {
        const after = change(before)
        step.isChanged = after !== before
        return after
      }, makeLine === undefined ? undefined : (before, after) => (step.line = makeLine(before, after)))
      if (step.isChanged) await record({ kind: 'account', email, user, line: step.line })
      return user
    },
    find: 'read',
    findByEmail: 'read',
    list: 'read',
  },
  registrations: {
    update: { notRecorded: 'a restart forgets registrations that wait, and people register again' },
    find: 'read',
  },
  sessions: {
    insert: records((_nothing, [session]) => [{ kind: 'session', session }]),
    replace: records((replaced, [before, after]) => replaced ? [{ kind: 'rotation', before, after }] : []),
    remove: records((_nothing, [sessionId]) => [{ kind: 'sign_out', sessionId }]),
    find: 'read',
    listOfUser: 'read',
  },
  erasures: {
    insert: records(({ inserted }, [erasure]) => inserted ? [{ kind: 'erasure', erasure, isDone: false }] : []),
    replace: records((replaced, [erasure]) => replaced ? [{ kind: 'erasure', erasure, isDone: false }] : []),
    remove: records((_nothing, [erasure]) => [{ kind: 'erasure', erasure, isDone: true }]),
    due: 'read',
  },
  attempts: { update: { notRecorded: 'a restart forgives failed attempts' }, find: 'read' },
  apiKeys: {
    insert: records((_nothing, [key]) => [{ kind: 'api_key', keyId: key.keyId, key }]),
    remove: records((removed, [keyId]) => removed ? [{ kind: 'api_key', keyId, key: null }] : []),
    noteUse: { notRecorded: 'a restart forgets when a key was used' },
    list: 'read',
  },
  audit: { insert: records((_nothing, [entry]) => [{ kind: 'audit', entry }]), list: 'read' },
  // The outbox inserts the notifications of events. Only later versions come by these methods.
  notifications: {
    insert: records(({ inserted }, [notification]) => inserted ? [{ kind: 'notification', notification }] : []),
    replace: records((replaced, [notification]) => replaced ? [{ kind: 'notification', notification }] : []),
    replaceAll: records((replaced, [notifications]) => notifications.filter((_, index) => replaced[index]).map((notification) => ({ kind: 'notification', notification }))),
    find: 'read',
    due: 'read',
    listOfUser: 'read',
    listDead: 'read',
    countDead: 'read',
  },
  notificationPreferences: {
    update: records((preferences, [userId]) => [{ kind: 'preferences', userId, preferences }]),
    find: 'read',
  },
  orderIndex: {
    candidates: 'read',
    forget: { notRecorded: 'a restart indexes each order as it was left' },
  },
  outbox: {
    read: 'read',
    claim: FROM_EVENTS,
    complete: FROM_EVENTS,
    discard: FROM_EVENTS,
    park: FROM_EVENTS,
    parked: 'read',
    countParked: 'read',
    unpark: FROM_EVENTS,
  },
  events: { heads: 'read', ofSubject: 'read', read: 'read' },
  stats: {
    read: 'read',
    recount: 'read',
    saveRecount: FROM_EVENTS,
    counted: 'read',
    count: FROM_EVENTS,
  },
  attention: { list: 'read', count: 'read' },
  errors: { update: { notRecorded: 'a restart forgets what went wrong before it' }, find: 'read', list: 'read' },
  performanceRows: { put: { notRecorded: 'a restart forgets how fast it was before it' }, list: 'read' },
}

/** Records the writes that `writesOf` makes of an answer and its arguments. */
function records<Args extends unknown[], Answer> (writesOf: (answer: Answer, args: Args) => readonly JournaledWrite[]): Recorder<(...args: Args) => Promise<Answer>> {
  return (call, record) => async (...args) => {
    const answer = await call(...args)
    for (const write of writesOf(answer, args)) await record(write)
    return answer
  }
}

/**
 * Stores in memory whose content survives a restart: each write is in the journal before it is acknowledged, and applied again at the
 * start. A write that a crash keeps from the journal can have been read for a moment, and was never acknowledged.
 * @param onUnknown called for a write that a newer version wrote. It is not applied, and stays in the file for that version
 * @throws Error where a write of the journal cannot be applied: it comes from DynamoDB mode, builds on an unknown write, or was tampered with
 */
export async function recordedStores (stores: OpenStores, journal: Journal<JournaledWrite>, onUnknown: (entry: Entry<JournaledWrite>) => void): Promise<OpenStores> {
  for (const entry of journal.pending()) {
    if (entry.value.kind === 'unknown') {
      onUnknown(entry)
      continue
    }
    await carryOut(entry.value, stores).catch((cause: unknown) => {
      throw new Error(`entry ${entry.sequence} of the journal does not follow from those before it; memory mode needs a folder of its own`, { cause })
    })
  }
  journal.release()
  const record = async (write: JournaledWrite): Promise<void> => { await journal.append(write) }
  const recorded = mapStores(stores, (name, store) => {
    const methods: Readonly<Record<string | symbol, unknown>> = RECORDING[name]
    return withMethods(store, {}, (call, method) => {
      const recorder = methods[method]
      return typeof recorder === 'function' ? (recorder as Recorder<typeof call>)(call, record) : call
    })
  })
  return {
    ...recorded,
    close: async () => {
      await stores.close()
      await journal.close()
    },
  }
}
