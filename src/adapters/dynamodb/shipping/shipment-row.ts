import { shardOf } from '#domain/shard.js'
import type { Cancellation, ReturnRequest, Shipment, ShipmentCheck, ShipmentFailure, ShipmentItem, ShipmentPrice } from '#domain/shipping/shipment.js'
import { shipmentKey } from '#domain/shipping/shipment-filter.js'
import type { Lease } from '#domain/lease.js'
import type { Parcel } from '#domain/shipping/parcel.js'
import type { TrackingEvent } from '#domain/shipping/tracking.js'
import { dueShardOf } from '../engine/read.js'
import { integer, keeping, map, mapOrNull, maps, text, textOrNull, word, words, type Row } from '../engine/row.js'

/** Partitions of the list of all shipments: each takes 1,000 writes a second. */
const LIST_SHARDS = 8

export const LIST_PARTITIONS: readonly string[] = Array.from({ length: LIST_SHARDS }, (_, shard) => String(shard))

/** Partitions of the shipments with a flag, which are few. */
const FLAGGED_SHARDS = 4

export const FLAGGED_PARTITIONS: readonly string[] = Array.from({ length: FLAGGED_SHARDS }, (_, shard) => String(shard))

export function carrierRef (carrier: string, name: string): string {
  return `${carrier}#${name}`
}

/** @param writeToken names the write, so that a repeat whose first answer was lost recognises its own row */
export function shipmentRow (shipment: Shipment, writeToken: string): Row {
  const { sellerId, ...rest } = shipment
  const { shipmentId, carrier, carrierKey, carrierReference, check, flags } = rest
  return {
    ...rest,
    // An attribute of an index is a text or not there.
    ...(sellerId === null ? {} : { sellerId }),
    ...(carrierReference === null ? {} : { carrierRef: carrierRef(carrier, carrierReference) }),
    ...(check === null ? {} : { dueShard: dueShardOf(shipmentId), dueAt: check.dueAt }),
    ...(flags.length === 0 ? {} : { flaggedShard: String(shardOf(shipmentId, FLAGGED_SHARDS)) }),
    keyRef: carrierRef(carrier, carrierKey),
    createdKey: shipmentKey(shipment),
    listShard: String(shardOf(shipmentId, LIST_SHARDS)),
    writeToken,
  }
}

/** @throws UnreadableRow for a row that is no shipment of ours */
export const shipmentOf = keeping(['keyRef', 'carrierRef', 'dueShard', 'dueAt', 'flaggedShard', 'createdKey', 'listShard', 'writeToken'], (row): Shipment => ({
  shipmentId: text(row, 'shipmentId'),
  paymentId: text(row, 'paymentId'),
  orderId: text(row, 'orderId'),
  sellerId: textOrNull(row, 'sellerId'),
  buyerId: text(row, 'buyerId'),
  direction: word(row, 'direction'),
  carrier: text(row, 'carrier'),
  carrierName: textOrNull(row, 'carrierName'),
  service: textOrNull(row, 'service'),
  status: word(row, 'status'),
  carrierKey: text(row, 'carrierKey'),
  progress: textOrNull(row, 'progress'),
  carrierReference: textOrNull(row, 'carrierReference'),
  trackingNumber: textOrNull(row, 'trackingNumber'),
  trackingUrl: textOrNull(row, 'trackingUrl'),
  price: mapOrNull(row, 'price') as ShipmentPrice | null,
  parcels: maps(row, 'parcels').map(parcelOf),
  items: maps(row, 'items').map(itemOf),
  failure: mapOrNull(row, 'failure') as ShipmentFailure | null,
  flags: words(row, 'flags'),
  events: maps(row, 'events').map(eventOf),
  cancellation: cancellationIn(mapOrNull(row, 'cancellation')),
  returnRequest: requestIn(mapOrNull(row, 'returnRequest')),
  createdAt: text(row, 'createdAt'),
  updatedAt: text(row, 'updatedAt'),
  version: integer(row, 'version'),
  lease: leaseOf(map(row, 'lease')),
  check: checkIn(mapOrNull(row, 'check')),
  fingerprint: text(row, 'fingerprint'),
}))

const parcelOf = keeping([], (row): Parcel => ({
  lengthMm: integer(row, 'lengthMm'), widthMm: integer(row, 'widthMm'), heightMm: integer(row, 'heightMm'), weightG: integer(row, 'weightG'),
}))

const itemOf = keeping([], (row): ShipmentItem => ({ index: integer(row, 'index'), quantity: integer(row, 'quantity') }))

const eventOf = keeping([], (row): TrackingEvent => ({
  eventId: text(row, 'eventId'), kind: word(row, 'kind'), rawCode: text(row, 'rawCode'), text: text(row, 'text'), location: text(row, 'location'), occurredAt: text(row, 'occurredAt'),
}))

const leaseOf = keeping([], (row): Lease => ({ owner: text(row, 'owner'), epoch: integer(row, 'epoch'), until: textOrNull(row, 'until') }))

function cancellationIn (row: Row | null): Cancellation | null {
  return row === null ? null : cancellationOf(row)
}

const cancellationOf = keeping([], (row): Cancellation => ({ requestedAt: text(row, 'requestedAt'), confirmedAt: textOrNull(row, 'confirmedAt') }))

function requestIn (row: Row | null): ReturnRequest | null {
  return row === null ? null : requestOf(row)
}

const requestOf = keeping([], (row): ReturnRequest => ({ reason: text(row, 'reason'), answer: mapOrNull(row, 'answer') as ReturnRequest['answer'] }))

function checkIn (row: Row | null): ShipmentCheck | null {
  return row === null ? null : checkOf(row)
}

const checkOf = keeping([], (row): ShipmentCheck => ({ tries: integer(row, 'tries'), dueAt: text(row, 'dueAt') }))
