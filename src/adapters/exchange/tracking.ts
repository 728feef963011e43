import { createHash } from 'node:crypto'
import type { TrackingEvent } from '#domain/shipping/tracking.js'

const TEXT_CHARACTERS_MAX = 200
const LOCATION_CHARACTERS_MAX = 80
const CODE_CHARACTERS_MAX = 64

export interface Reported extends Omit<TrackingEvent, 'eventId'> {
  readonly carrier: string
  /** What the carrier calls the parcel: its number, or its shipment. */
  readonly parcel: string
}

/** An event of a carrier that names none: the same report always has the same id. Long texts are cut. */
export function trackingEvent ({ carrier, parcel, kind, rawCode, text, location, occurredAt }: Reported): TrackingEvent {
  const said = { kind, rawCode: cut(rawCode, CODE_CHARACTERS_MAX), text: cut(text, TEXT_CHARACTERS_MAX), location: cut(location, LOCATION_CHARACTERS_MAX), occurredAt }
  return { eventId: digestOf([carrier, parcel, said.rawCode, occurredAt, said.location]), ...said }
}

export function digestOf (texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex')
}

/** Whole characters, so that none is cut in two. */
function cut (text: string, charactersMax: number): string {
  return Array.from(text.trim()).slice(0, charactersMax).join('')
}

/** A moment as a carrier writes it, in ISO 8601 with its zone; null for anything else. */
export function momentOf (text: string): string | null {
  const ms = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
