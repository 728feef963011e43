/** What of a payment decides how much can be given back. */
export interface Refundable {
  readonly status: string
  readonly amount: number
  readonly currency: string
  readonly refundedAmount: number
  readonly taken: { readonly amount: number, readonly currency: string } | null
  readonly refunds: ReadonlyArray<{ readonly amount: number, readonly status: string, readonly charge: string | null }>
  readonly disputes: ReadonlyArray<{ readonly amount: number, readonly currency: string, readonly status: string, readonly charge: string | null }>
}

const TAKEN: readonly string[] = ['succeeded', 'partially_refunded', 'refunded', 'disputed']

/** The currency in which the money was taken. */
export function takenCurrency ({ taken, currency }: Refundable): string {
  return taken?.currency ?? currency
}

/** What is left to give back, in minor units: the service has the last word. 0 while a dispute is open, and where nothing was taken. */
export function leftOf (payment: Refundable): number {
  const own = payment.disputes.filter(({ charge }) => charge === null)
  if (!TAKEN.includes(payment.status) || own.some(({ status }) => status === 'open')) return 0
  const lost = own.filter(({ status }) => status === 'lost')
  if (lost.some(({ currency }) => currency !== takenCurrency(payment))) return 0
  const pending = payment.refunds.filter(({ status, charge }) => status === 'pending' && charge === null)
  const claimed = [...lost, ...pending].reduce((sum, { amount }) => sum + amount, 0)
  return Math.max(0, (payment.taken?.amount ?? payment.amount) - payment.refundedAmount - claimed)
}

/** Whether money was taken, so that a bank can claim it back. */
export function isTaken ({ status, taken }: Pick<Refundable, 'status' | 'taken'>): boolean {
  return taken !== null || TAKEN.includes(status)
}

/** Whether it may still be canceled: nothing is taken yet, as far as is known. */
export function isOpen ({ status }: { readonly status: string }): boolean {
  return status === 'pending' || status === 'requires_action'
}
