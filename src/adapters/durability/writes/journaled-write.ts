import type { Payment } from '#domain/payments/payment.js'
import type { QUARANTINED_KINDS } from '#application/ports/durability.js'
import type { Stores } from '#application/ports/stores.js'
import { account, apiKey, audit, erasure, notification, preferences, rotation, session, signOut } from './account-writes.js'
import { channelPage, channelRead } from './channel-writes.js'
import { block, message, messageReport, read } from './conversation-writes.js'
import { billing, change, intent, outcome, posting, replacement, streamer, webhook } from './payment-writes.js'
import { meter, page } from './room-writes.js'
import { shipment, shipmentAddress } from './shipment-writes.js'
import { AS_IS, Conflict, type KnownPayments, type Shown, type WriteKind } from './write-kind.js'

/** A write of a newer version, as its record on disk. It waits for a person, and stays in the file until this service knows its kind. */
const unknown: WriteKind<{ readonly record: unknown }> = {
  key: (write) => `unknown ${kindIn(write.record)}`,
  subject: (write) => kindIn(write.record),
  carryOut: async (write) => { throw new Conflict(`this version does not know writes of the kind "${kindIn(write.record)}": retry with the version that wrote it`) },
  shown: () => ({}),
  stored: AS_IS,
}

/** All kinds of writes, under the names that they have on disk. A new kind is one more entry. */
const ON_DISK = {
  message,
  read,
  block,
  webhook,
  replacement,
  intent,
  outcome,
  change,
  posting,
  account,
  session,
  rotation,
  sign_out: signOut,
  audit,
  preferences,
  notification,
  erasure,
  streamer,
  billing,
  shipment,
  shipment_address: shipmentAddress,
  page,
  meter,
  channel_page: channelPage,
  channel_read: channelRead,
  api_key: apiKey,
  message_report: messageReport,
} satisfies Record<Exclude<typeof QUARANTINED_KINDS[number], 'unknown'>, unknown>

const KINDS = { ...ON_DISK, unknown }

type Kinds = typeof KINDS

/**
 * An acknowledged write in the journal. Carrying it out any number of times is safe: ids are derived or drawn before, markers only
 * move forward, and all other writes name the state that they follow.
 */
export type JournaledWrite = { [Kind in keyof Kinds]: Kinds[Kind] extends WriteKind<infer W> ? { readonly kind: Kind } & W : never }[keyof Kinds]

// The compiler does not know that a write fits the entry of its own kind: hence `as never` below.

/** See `WriteKind.key`. */
export function keyOf (write: JournaledWrite): string {
  return KINDS[write.kind].key(write as never)
}

/** See `WriteKind.subject`. */
export function subjectOf (write: JournaledWrite): string {
  return KINDS[write.kind].subject(write as never)
}

/** See `WriteKind.shown`. */
export function shownOf (write: JournaledWrite): Shown {
  return KINDS[write.kind].shown(write as never)
}

/** See `WriteKind.carryOut`; null for a write that is about no payment. */
export async function carryOut (write: JournaledWrite, stores: Stores, known: KnownPayments = { latest: null, newest: null }): Promise<Payment | null> {
  return await KINDS[write.kind].carryOut(write as never, stores, known) ?? null
}

/** The JSON of writes on disk, which versions from 0.1.0 on read and write. */
export const WRITE_CODEC = {
  encode: (write: JournaledWrite): unknown => write.kind === 'unknown' ? write.record : ON_DISK[write.kind].stored.encode(write as never),
  decode: (record: unknown): JournaledWrite => {
    const kind = kindIn(record)
    return isOnDisk(kind) ? ON_DISK[kind].stored.decode(record as never) as JournaledWrite : { kind: 'unknown', record }
  },
}

function isOnDisk (kind: string): kind is keyof typeof ON_DISK {
  return Object.hasOwn(ON_DISK, kind)
}

function kindIn (record: unknown): string {
  return String((record as { readonly kind?: unknown } | null)?.kind)
}
