import type { Timestamp } from '../time.js'

/** What a carrier reports of a parcel, in the order in which they happen where all goes well. */
export const TRACKING_KINDS = [
  'unknown', 'registered', 'on_hold', 'lost', 'handed_over', 'in_transit', 'available_for_pickup', 'out_for_delivery', 'delivery_failed', 'delivered', 'returning', 'returned',
] as const
export type TrackingKind = typeof TRACKING_KINDS[number]

export interface TrackingEvent {
  /** The carrier's id, or one that is derived from what the event says. */
  readonly eventId: string
  readonly kind: TrackingKind
  /** The carrier's own code. */
  readonly rawCode: string
  readonly text: string
  readonly location: string
  readonly occurredAt: Timestamp
}

/** Where a parcel is, by its events alone. `created`: no one has scanned it. */
export type TrackingStatus = 'created' | 'handed_over' | 'in_transit' | 'available_for_pickup' | 'out_for_delivery' | 'delivery_failed' | 'delivered' | 'returning' | 'returned' | 'lost'

/** Kinds that say that a person or a machine had the parcel in hand. */
const SCANS = ['handed_over', 'in_transit', 'available_for_pickup', 'out_for_delivery', 'delivery_failed', 'delivered', 'returning', 'returned'] as const
/** The rest beside the first and the last event of each kind. */
const OTHERS_MAX = 76

/**
 * Adds events to those that are known. Each is kept once, and of very many only some: the first and the last of each kind, on which the status
 * depends, and the newest of the others.
 */
export function withEvents (known: readonly TrackingEvent[], reported: readonly TrackingEvent[]): readonly TrackingEvent[] {
  const all = [...new Map([...known, ...reported].toSorted(byContent).map((event) => [event.eventId, event])).values()].toSorted(byTime)
  const extremes = new Set(TRACKING_KINDS.flatMap((kind) => {
    const ofKind = all.filter((event) => event.kind === kind)
    return [ofKind.at(0), ofKind.at(-1)]
  }))
  const others = new Set(all.filter((event) => !extremes.has(event)).slice(-OTHERS_MAX))
  return all.filter((event) => extremes.has(event) || others.has(event))
}

/**
 * The status that a set of events means, whatever their order and repetition. A delivered parcel can only come back, a returned one is done,
 * a parcel on its way back is scanned like any other, and a lost one is found by any later scan.
 */
export function trackingStatusOf (events: readonly TrackingEvent[]): TrackingStatus {
  const last = (...kinds: readonly TrackingKind[]): TrackingEvent | null => events.filter(({ kind }) => kinds.includes(kind)).toSorted(byTime).at(-1) ?? null
  if (last('returned') !== null) return 'returned'
  const home = last('delivered', 'returning')
  if (home?.kind === 'delivered') return 'delivered'
  const newest = last('lost', ...SCANS)
  if (newest?.kind === 'lost') return 'lost'
  if (home !== null) return 'returning'
  return newest === null ? 'created' : newest.kind as TrackingStatus
}

/** Whether a parcel moved after its label was canceled. */
export function movedAfter (canceledAt: Timestamp, events: readonly TrackingEvent[]): boolean {
  return events.some(({ kind, occurredAt }) => (SCANS as readonly TrackingKind[]).includes(kind) && occurredAt > canceledAt)
}

/** By time, then by what happens later where all goes well, then by id. */
function byTime (one: TrackingEvent, other: TrackingEvent): number {
  return compare(one.occurredAt, other.occurredAt) || TRACKING_KINDS.indexOf(one.kind) - TRACKING_KINDS.indexOf(other.kind) || compare(one.eventId, other.eventId)
}

/** Of two reports under one id, the same one is kept whichever came first. */
function byContent (one: TrackingEvent, other: TrackingEvent): number {
  return byTime(one, other) || compare(one.rawCode, other.rawCode) || compare(one.text, other.text) || compare(one.location, other.location)
}

function compare (one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
