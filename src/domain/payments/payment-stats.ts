import { DomainError } from '../errors.js'
import type { PaymentEvent } from './decision.js'
import type { PaymentStatus } from './payment.js'
import { DAY_MS, dayOf, laterBy, startOfDay, type Timestamp } from '../time.js'

/** What is counted apart: payments by the status that they have now, refunds that were made, disputes by what became of them. */
export type Matter = PaymentStatus | 'refunds' | 'disputes_opened' | 'disputes_won' | 'disputes_lost'

/** How many, and their sum in minor units. */
export interface Tally {
  readonly count: number
  readonly amount: number
}

/** By the name of the figure: `<matter>_count` and `<matter>_amount`. Where there is none it is 0. */
export type Figures = Readonly<Record<string, number>>

/** The figures of the payments of one currency that were created on one day (YYYY-MM-DD, UTC). */
export interface DayFigures {
  readonly day: string
  readonly currency: string
  readonly figures: Figures
}

export interface FiguresChange {
  readonly day: string
  readonly currency: string
  readonly add: Figures
}

const DISPUTES: Readonly<Record<string, Matter>> = { 'dispute.opened': 'disputes_opened', 'dispute.won': 'disputes_won', 'dispute.lost': 'disputes_lost' }

/** What an event changes in the figures of the day on which its payment was created, without a look at the payment; null where nothing. */
export function countedIn ({ type, data }: PaymentEvent): FiguresChange | null {
  const { status, previousStatus, paymentAmount, refundedDelta, amount } = data
  const add: Record<string, number> = {}
  if (previousStatus !== status) {
    if (previousStatus !== null) tally(add, previousStatus, -1, -paymentAmount)
    tally(add, status, 1, paymentAmount)
  }
  // A refund that fails after its success is taken back.
  if (refundedDelta !== 0) tally(add, 'refunds', Math.sign(refundedDelta), refundedDelta)
  const dispute = DISPUTES[type]
  if (dispute !== undefined) tally(add, dispute, 1, amount)
  return Object.keys(add).length === 0 ? null : { day: dayOf(data.createdAt), currency: data.currency, add }
}

function tally (add: Record<string, number>, matter: Matter, count: number, amount: number): void {
  add[`${matter}_count`] = count
  add[`${matter}_amount`] = amount
}

export function tallyOf (figures: Figures, matter: Matter): Tally {
  return { count: figures[`${matter}_count`] ?? 0, amount: figures[`${matter}_amount`] ?? 0 }
}

/** The figures of both. */
export function added (one: Figures, other: Figures): Figures {
  const sum: Record<string, number> = { ...one }
  for (const [name, value] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + value
  return sum
}

/** The figures of all. @throws invalid_range where a sum is beyond what a number holds exactly: 2^53 - 1 minor units */
export function sumOf (all: readonly Figures[]): Figures {
  return exact(all.reduce(added, {}))
}

/** The same figures. @throws invalid_range where one of them is beyond what a number holds exactly */
export function exact (figures: Figures): Figures {
  if (!Object.values(figures).every(Number.isSafeInteger)) {
    throw new DomainError('invalid_range', 'the sums of these days are too large to be told exactly; take fewer days')
  }
  return figures
}

export const GROUPINGS = ['day', 'month'] as const
export type Grouping = typeof GROUPINGS[number]

/** The day itself, or its month as YYYY-MM. */
export function periodOf (day: string, groupBy: Grouping): string {
  return groupBy === 'day' ? day : day.slice(0, 7)
}

/** Days that a question may reach over. */
export const STATS_MAX_DAYS = 366
const DEFAULT_DAYS = 30

export interface DayRange {
  /** Both are days, and both belong to the range. */
  readonly from: string
  readonly to: string
}

/** The range that is meant: up to today, and 30 days, unless told otherwise. @throws invalid_range */
export function dayRange (from: string | null, to: string | null, now: Timestamp): DayRange {
  const last = to ?? dayOf(now)
  const first = from ?? dayOf(laterBy(startOfDay(last), -(DEFAULT_DAYS - 1) * DAY_MS))
  if (first > last) throw new DomainError('invalid_range', 'the first day comes after the last')
  const days = (Date.parse(startOfDay(last)) - Date.parse(startOfDay(first))) / DAY_MS + 1
  if (days > STATS_MAX_DAYS) throw new DomainError('invalid_range', `a range has at most ${STATS_MAX_DAYS} days`)
  return { from: first, to: last }
}
