import type { Payment } from '#domain/payments/payment.js'
import type { ScaleOperation } from './operations.js'
import { makePayments } from './payments.js'

const SAMPLE = 2000
/**
 * The share of the oldest payments at which no list begins: in a small store such a page would not be full, and cost
 * less for that reason alone.
 */
const OLDEST = 0.25

/** A sample of the payments in a store of `count`, spread evenly over all but the oldest. */
export function sampleOf (count: number): Payment[] {
  const every = Math.ceil(count / SAMPLE)
  return makePayments(count).filter((_, index) => index >= count * OLDEST && index % every === 0).map(({ payment }) => payment).toArray()
}

export interface PageRequest {
  readonly path: string
  readonly headers: { readonly authorization: string }
}

/** The requests of an operation at `count` places all over the data. */
export function requestsOf ({ path, token }: ScaleOperation, sample: readonly Payment[], count: number): PageRequest[] {
  return Array.from({ length: count }, (_, index) => sample[Math.floor(index * sample.length / count)])
    .filter((payment) => payment !== undefined)
    .map((payment) => ({ path: path(payment), headers: { authorization: `Bearer ${token(payment)}` } }))
}
