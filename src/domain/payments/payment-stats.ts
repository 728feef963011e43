import { DomainError } from '../errors.js'
import type { PaymentEvent } from './decision.js'
import type { PaymentStatus } from './payment.js'
import { DAY_MS, dayAfter, dayOf, laterBy, startOfDay, type Timestamp } from '../time.js'

/** What is counted: payments by their current status, completed refunds, and disputes by how they began and ended. */
export type Matter = PaymentStatus | 'refunds' | 'disputes_opened' | 'disputes_won' | 'disputes_lost'

/** A count and its sum in minor units. */
export interface Tally {
  readonly count: number
  readonly amount: number
}

/** Figures by name, `<matter>_count` and `<matter>_amount`. A missing one is 0. */
export type Figures = Readonly<Record<string, number>>

/** The figures of one currency in a slice of time: see `stats-slices.ts`. */
export interface SliceFigures {
  readonly slice: string
  readonly currency: string
  readonly figures: Figures
}

/** What one change of a payment adds to the figures. */
export interface FiguresChange {
  /** When the payment was created. */
  readonly createdAt: Timestamp
  /** When the change was stored: that of a payment itself is its creation. */
  readonly at: Timestamp
  readonly currency: string
  readonly add: Figures
}

const DISPUTES: Readonly<Record<string, Matter>> = { 'dispute.opened': 'disputes_opened', 'dispute.won': 'disputes_won', 'dispute.lost': 'disputes_lost' }

/** What an event adds to the figures; null when that is nothing. A payment that leaves a status is subtracted there. */
export function countedIn ({ type, occurredAt, data }: PaymentEvent): FiguresChange | null {
  const { previousStatus, paymentAmount, previousAmount = paymentAmount, refundedDelta, refundedCount = Math.sign(refundedDelta), amount, createdAt, currency } = data
  const add: Record<string, number> = {}
  const from = data.wasUncounted === true ? null : previousStatus
  const to = data.isUncounted === true ? null : data.status
  if (from !== to || previousAmount !== paymentAmount) {
    if (from !== null) tally(add, from, -1, -previousAmount)
    if (to !== null) tally(add, to, 1, paymentAmount)
  }
  // A refund that fails after its success subtracts.
  if (refundedDelta !== 0 || refundedCount !== 0) tally(add, 'refunds', refundedCount, refundedDelta)
  // A dispute of a second charge is not about the money that is counted.
  const dispute = data.charge === undefined ? DISPUTES[type] : undefined
  if (dispute !== undefined) tally(add, dispute, 1, amount)
  return Object.keys(add).length === 0 ? null : { createdAt, at: previousStatus === null ? createdAt : occurredAt, currency, add }
}

function tally (add: Record<string, number>, matter: Matter, count: number, amount: number): void {
  add[`${matter}_count`] = (add[`${matter}_count`] ?? 0) + count
  add[`${matter}_amount`] = (add[`${matter}_amount`] ?? 0) + amount
}

export function tallyOf (figures: Figures, matter: Matter): Tally {
  return { count: figures[`${matter}_count`] ?? 0, amount: figures[`${matter}_amount`] ?? 0 }
}

/** The sum of both. */
export function added (one: Figures, other: Figures): Figures {
  const sum: Record<string, number> = { ...one }
  for (const [name, value] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + value
  return sum
}

/** The sum of all. @throws invalid_range when a sum exceeds the exact integers, 2^53 - 1 minor units */
export function sumOf (all: readonly Figures[]): Figures {
  return exact(all.reduce(added, {}))
}

/** The same figures. @throws invalid_range when one exceeds the exact integers */
export function exact (figures: Figures): Figures {
  if (!Object.values(figures).every(Number.isSafeInteger)) {
    throw new DomainError('invalid_range', 'the sums of these days are too large to be exact; choose fewer days')
  }
  return figures
}

export const GROUPINGS = ['day', 'month'] as const
export type Grouping = typeof GROUPINGS[number]

/** The day itself, or its month as YYYY-MM. */
export function periodOf (day: string, groupBy: Grouping): string {
  return groupBy === 'day' ? day : day.slice(0, 7)
}

/** All periods that a range reaches into, from old to new. */
export function periodsIn ({ from, to }: DayRange, groupBy: Grouping): string[] {
  const periods = new Set<string>()
  for (let day = from; day <= to; day = dayAfter(day)) periods.add(periodOf(day, groupBy))
  return [...periods]
}

/** Days of a query. */
export const STATS_MAX_DAYS = 366
const DEFAULT_DAYS = 30

export interface DayRange {
  /** Days as YYYY-MM-DD, both inclusive. */
  readonly from: string
  readonly to: string
}

/** The range of a query. `to` defaults to today, `from` to 30 days in all. @throws invalid_range */
export function dayRange (from: string | null, to: string | null, today: string): DayRange {
  const last = to ?? today
  const first = from ?? dayOf(laterBy(startOfDay(last), -(DEFAULT_DAYS - 1) * DAY_MS))
  if (first > last) throw new DomainError('invalid_range', 'from is after to')
  const days = (Date.parse(startOfDay(last)) - Date.parse(startOfDay(first))) / DAY_MS + 1
  if (days > STATS_MAX_DAYS) throw new DomainError('invalid_range', `choose a range of at most ${STATS_MAX_DAYS} days`)
  return { from: first, to: last }
}
