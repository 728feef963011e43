import { nextTry, type Waits } from '../retry.js'
import { shardOf } from '../shard.js'
import { DAY_MS, HOUR_MS, laterBy, MINUTE_MS, type Timestamp } from '../time.js'
import { withFlag } from './flags.js'
import { RESOLVED } from './news.js'
import { isOpen } from './shipment-filter.js'
import { wantedAt, type Shipment, type ShipmentCheck, type ShipmentStatus } from './shipment.js'

/** The carrier of parcels that a seller has handed over themselves: no one can be asked about them. */
export const MANUAL_CARRIER = 'manual'

/** Looks at what is not known: whether a label was made, or canceled. After the last one the shipment is flagged and waits for a person. */
const UNKNOWN_WAITS_MS: Waits = [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, DAY_MS, DAY_MS, DAY_MS, DAY_MS, DAY_MS]

/** The wait between two looks at a parcel in each status; null ends the looks. Of an ended one there is one look more. */
const WAITS_MS: Readonly<Record<Exclude<ShipmentStatus, 'pending'>, number | null>> = {
  created: 6 * HOUR_MS,
  handed_over: 4 * HOUR_MS,
  in_transit: 4 * HOUR_MS,
  out_for_delivery: HOUR_MS,
  available_for_pickup: 6 * HOUR_MS,
  delivery_failed: 6 * HOUR_MS,
  returning: 12 * HOUR_MS,
  lost: DAY_MS,
  delivered: DAY_MS,
  canceled: DAY_MS,
  returned: null,
  refused: null,
  requested: null,
  declined: null,
}
/** Where the carrier tells by signed webhooks, looks are there to find what they have missed. */
const TOLD_WAIT_MS = DAY_MS
const MOVING: readonly ShipmentStatus[] = ['handed_over', 'in_transit']
const ENDED: readonly ShipmentStatus[] = ['delivered', 'canceled']
/** Looks at an ended shipment whose carrier does not answer. */
const LAST_LOOKS_MAX = 7

/** A label that no one has scanned for so long is reported to the seller. */
export const SILENT_MS = 14 * DAY_MS
/** No parcel is looked at for longer. */
export const TRACKED_MS = 45 * DAY_MS

const JITTER = 0.1
const JITTER_STEPS = 21

/** Whether it is not known if a label was made, or if it was canceled. */
export function isUnknown ({ status, cancellation }: Pick<Shipment, 'status' | 'cancellation'>): boolean {
  return status === 'pending' || (cancellation !== null && cancellation.confirmedAt === null)
}

export interface LookFacts {
  readonly isTold: boolean
  readonly isAnswered: boolean
}

/**
 * When the carrier is asked next; null when it is not asked any more.
 *
 * @param tries looks since the status last changed
 * @param isTold whether the carrier tells by signed webhooks
 * @param isAnswered whether it has answered the look before
 */
export function checkOf (shipment: Shipment, tries: number, now: Timestamp, { isTold, isAnswered }: LookFacts = { isTold: false, isAnswered: true }): ShipmentCheck | null {
  const { carrier, status } = shipment
  if (carrier === MANUAL_CARRIER && status !== 'pending') return null
  if (isUnknown(shipment)) {
    const dueAt = nextTry(UNKNOWN_WAITS_MS, tries, now)
    return dueAt === null ? null : { tries, dueAt }
  }
  const wait = WAITS_MS[status as Exclude<ShipmentStatus, 'pending'>]
  if (wait === null || (ENDED.includes(status) && tries >= (isAnswered ? 1 : LAST_LOOKS_MAX)) || laterBy(wantedAt(shipment), TRACKED_MS) <= now) return null
  return { tries, dueAt: laterBy(now, Math.round((isTold && MOVING.includes(status) ? TOLD_WAIT_MS : wait) * shareOf(shipment))) }
}

/**
 * The shipment with its next look. A person is told of one whose carrier does not say what became of it: once it is not looked at any more,
 * and where no one has scanned the label for long.
 */
export function withNextLook (shipment: Shipment, tries: number, now: Timestamp, facts?: LookFacts): Shipment {
  const check = checkOf(shipment, tries, now, facts)
  const next = { ...shipment, check }
  if (isUnknown(shipment)) return check === null ? withFlag(next, 'outcome_unknown') : next
  return isSilent(shipment, now) ? withFlag(next, 'tracking_silent') : next
}

/** Whether no one has scanned the label for long, or the parcel has travelled for too long, and no person has said what became of it. */
function isSilent (shipment: Shipment, now: Timestamp): boolean {
  const { carrier, status, events } = shipment
  if (carrier === MANUAL_CARRIER || !isOpen(shipment) || events.some(({ rawCode, kind }) => rawCode === RESOLVED && kind === status)) return false
  return laterBy(wantedAt(shipment), status === 'created' ? SILENT_MS : TRACKED_MS) <= now
}

/** Near 1 and always the same for a shipment, so that labels of one moment are not looked at in one moment. */
function shareOf ({ shipmentId }: Shipment): number {
  return 1 - JITTER + 2 * JITTER * shardOf(shipmentId, JITTER_STEPS) / (JITTER_STEPS - 1)
}

export function isDue ({ check }: Shipment, now: Timestamp): boolean {
  return check !== null && check.dueAt <= now
}

/** Sorts the shipments that have been due longest to the front. */
export function byDueAt (one: Shipment, other: Shipment): number {
  return String(one.check?.dueAt).localeCompare(String(other.check?.dueAt))
}
