import { OUTBOX_SHARDS } from '../ports/outbox-store.js'

/** How far a person has read the event log: an offset of each partition. */
export type LogPosition = readonly number[]

const BASE = 26
const OFFSET = /^[a-z]{1,9}$/

/** A position as one opaque word. It holds letters alone, so that it never looks like the number of a card. */
export function positionWord (offsets: LogPosition): string {
  return offsets.map((offset) => offset.toString(BASE).replace(/\d/g, (digit) => String.fromCharCode('q'.charCodeAt(0) + Number(digit)))).join('.')
}

/** Null for what is no position. */
export function positionIn (word: string): LogPosition | null {
  const parts = word.split('.')
  if (parts.length !== OUTBOX_SHARDS || !parts.every((part) => OFFSET.test(part))) return null
  return parts.map((part) => parseInt(part.replace(/[q-z]/g, (letter) => String(letter.charCodeAt(0) - 'q'.charCodeAt(0))), BASE))
}

/** How many events lie between two positions; null where one partition of `from` is ahead. */
export function distance (from: LogPosition, to: LogPosition): number | null {
  let sum = 0
  for (const [partition, offset] of to.entries()) {
    const behind = offset - Number(from[partition])
    if (behind < 0) return null
    sum += behind
  }
  return sum
}
