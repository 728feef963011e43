/** Statuses of an attempt in which the payer or their bank has not finished, with the numbers of the same statuses in reports. */
const OPEN: ReadonlyMap<string, string> = new Map([
  ['INIT_THREEDS', '2'], ['CALLBACK_THREEDS', '3'], ['BKM_POS_SELECTED', '4'], ['CALLBACK_PECCO', '5'], ['INIT_APM', '6'],
  ['INIT_CONTACTLESS', '7'], ['INIT_CREDIT', '9'],
])
const OPEN_NUMBERS: ReadonlySet<string> = new Set(OPEN.values())

const FAILED = '0'
const PAID = '1'
const LEFT_AT_BANK = '2'

/**
 * Whether no attempt counts yet. Every other status, such as INIT_BANK_TRANSFER, PENDING_CREDIT or one that is new, may mean that money
 * is on its way: the payer is not asked to pay again.
 */
export function isOpenStatus (status: string): boolean {
  return status === '' || OPEN.has(status)
}

/** As a report says it. */
export type ReportedStatus = 'paid' | 'given_up' | 'open' | 'on_its_way'

/** The meaning of the number of a status. `given_up`: the attempt failed, or the payer did not come back from their bank. */
export function statusOfNumber (number: string): ReportedStatus {
  if (number === PAID) return 'paid'
  if (number === FAILED || number === LEFT_AT_BANK) return 'given_up'
  return number === '' || OPEN_NUMBERS.has(number) ? 'open' : 'on_its_way'
}
