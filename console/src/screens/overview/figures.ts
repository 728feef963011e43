import { decimalOf } from '../../format.js'

interface Tally {
  readonly count: number
  readonly amount: number
}

/** The figures of a currency or a day, as the service answers them. */
export interface Figures {
  readonly statuses: ReadonlyArray<Tally & { readonly status: string }>
  readonly refunded: Tally
  readonly disputes: { readonly opened: Tally, readonly won: Tally, readonly lost: Tally }
}

/** Statuses of payments whose money was taken, whatever became of it. */
const TAKEN = ['succeeded', 'partially_refunded', 'refunded', 'disputed']
const NOT_TAKEN = ['failed', 'canceled']

function sumOf (statuses: Figures['statuses'], wanted: readonly string[]): Tally {
  const chosen = statuses.filter(({ status }) => wanted.includes(status))
  return { count: chosen.reduce((sum, { count }) => sum + count, 0), amount: chosen.reduce((sum, { amount }) => sum + amount, 0) }
}

/** What was taken. */
export function takenOf ({ statuses }: Figures): Tally {
  return sumOf(statuses, TAKEN)
}

/** The share of the payments that have ended well, 0 to 1; null where none has ended. Days that lost more than they won have none. */
export function successOf ({ statuses }: Figures): number | null {
  const [taken, lost] = [sumOf(statuses, TAKEN).count, sumOf(statuses, NOT_TAKEN).count]
  return taken < 0 || lost < 0 || taken + lost === 0 ? null : taken / (taken + lost)
}

/** The points of a chart: seconds of each day in UTC, and what was taken on it, in major units. */
export function pointsOf (series: ReadonlyArray<Figures & { readonly period: string }>, currency: string): [days: number[], amounts: number[]] {
  return [series.map(({ period }) => Date.parse(`${period}T00:00:00Z`) / 1000), series.map((figures) => Number(decimalOf(takenOf(figures).amount, currency)))]
}
