import { DAY_MS, HOUR_MS, laterBy, type Timestamp } from '#domain/time.js'
import { type Fields, textOf } from './fields.js'

/** How long iyzico keeps a page open. */
export const PAGE_MINUTES = 30
/** The bank's answer to the last attempt on a page may come after its end. */
const CLOSED_MS = HOUR_MS
/** Reporting may be late, but after a day it shows everything. */
const REPORTED_MS = DAY_MS

/** What was made at a time: a payment and its only page, or a refund. */
interface Made {
  readonly createdAt: Timestamp
}

/** When iyzico closes the page that it answers; null where it does not say. */
export function pageEnd (answer: Fields): Timestamp | null {
  const seconds = textOf(answer, 'tokenExpireTime')
  const time = timeOf(answer)
  return time === null || !/^\d{1,7}$/.test(seconds) ? null : laterBy(new Date(time).toISOString(), Number(seconds) * 1000)
}

/** Whether the page of a payment was closed at the time of iyzico's answer. */
export function isClosed (answer: Fields, payment: Made): boolean {
  return ageMs(answer, payment) >= CLOSED_MS
}

/** Whether reporting was complete at the time of iyzico's answer: what it does not show of this has not happened. */
export function isAllReported (answer: Fields, made: Made): boolean {
  return ageMs(answer, made) >= REPORTED_MS
}

/** An answer without a time counts as zero. */
function ageMs (answer: Fields, { createdAt }: Made): number {
  const time = timeOf(answer)
  return time === null ? 0 : time - Date.parse(createdAt)
}

/** Milliseconds since 1970, by iyzico's clock. */
function timeOf (answer: Fields): number | null {
  const time = textOf(answer, 'systemTime')
  return /^\d{1,13}$/.test(time) ? Number(time) : null
}
