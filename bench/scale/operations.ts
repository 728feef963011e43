import type { Payment } from '#domain/payments/payment.js'
import { adminTokenOf, tokenOf } from '../caller.js'
import { FIRST_DAY, LAST_DAY, RARE_SELLER } from './payments.js'

/** A request whose cost must not grow with the number of payments. */
export interface ScaleOperation {
  readonly title: string
  /** The path of a page at some place in the data: that of `payment`, another stored payment each time. */
  readonly path: (payment: Payment) => string
  /** The caller's token. */
  readonly token: (payment: Payment) => string
}

const administrator = adminTokenOf('admin')
const admin = (): string => administrator

/** Every list of the service: a new list belongs here. */
export const SCALE_OPERATIONS: readonly ScaleOperation[] = [
  { title: 'everybody\'s payments, anywhere', path: ({ createdAt }) => `/api/admin/payments?to=${createdAt}`, token: admin },
  { title: 'everybody\'s payments of a seller who has few', path: () => `/api/admin/payments?sellerId=${RARE_SELLER}`, token: admin },
  { title: 'a user\'s payments', path: () => '/api/payments', token: ({ userId }) => tokenOf(userId) },
  { title: 'statistics of 30 days', path: () => `/api/admin/payments/stats?from=${FIRST_DAY}&to=${LAST_DAY}&groupBy=day`, token: admin },
  { title: 'a search of everybody\'s orders by a common word', path: ({ createdAt }) => `/api/search?type=orders&q=scarf&to=${createdAt}`, token: admin },
  { title: 'a search of everybody\'s orders by id', path: ({ orderId }) => `/api/search?type=orders&q=${orderId}`, token: admin },
  { title: 'a search of a user\'s orders by a word', path: () => '/api/search?type=orders&q=scarf', token: ({ userId }) => tokenOf(userId) },
]
