import type { Payment } from '../../src/domain/payment.js'
import { adminTokenOf, tokenOf } from '../caller.js'
import { RARE_SELLER } from './payments.js'

/** A request whose cost must not grow with the number of payments. */
export interface ScaleOperation {
  readonly title: string
  /** Its address somewhere in the data: `payment` is one of those that are stored, another each time. */
  readonly path: (payment: Payment) => string
  /** The token of who asks. */
  readonly token: (payment: Payment) => string
}

const administrator = adminTokenOf('admin')
const admin = (): string => administrator

/** Whoever adds a list to the service adds it here. */
export const SCALE_OPERATIONS: readonly ScaleOperation[] = [
  { title: 'everybody\'s payments, anywhere', path: ({ createdAt }) => `/api/admin/payments?to=${createdAt}`, token: admin },
  { title: 'everybody\'s payments of a seller who has few', path: () => `/api/admin/payments?sellerId=${RARE_SELLER}`, token: admin },
  { title: 'a user\'s payments', path: () => '/api/payments', token: ({ userId }) => tokenOf(userId) },
]
