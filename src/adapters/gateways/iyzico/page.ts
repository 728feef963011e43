import type { Payment } from '#domain/payments/payment.js'
import { DAY_MS, HOUR_MS } from '#domain/time.js'
import { textOf, type Fields } from './fields.js'

/** iyzico lets payers try on a page for half an hour; a bank may be at the last attempt for some time longer. */
const OPEN_MS = HOUR_MS
/** Reporting may run late; but a day after a payment it shows all that was ever paid on its page. */
const REPORTED_MS = DAY_MS

/** Whether nobody can pay any more on the page of a payment, at the time of an answer of iyzico. */
export function isClosed (answer: Fields, payment: Payment): boolean {
  return ageMs(answer, payment) >= OPEN_MS
}

/** Whether what a report does not show has not happened, at the time of an answer of iyzico. */
export function isAllReported (answer: Fields, payment: Payment): boolean {
  return ageMs(answer, payment) >= REPORTED_MS
}

/**
 * A page is as old as its payment, because no second one is opened for it. An answer that does not tell its time makes
 * nothing old.
 */
function ageMs (answer: Fields, { createdAt }: Payment): number {
  const time = textOf(answer, 'systemTime')
  return /^\d{1,15}$/.test(time) ? Number(time) - Date.parse(createdAt) : 0
}
