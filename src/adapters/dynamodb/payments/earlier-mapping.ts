import type { PaymentStatus } from '#domain/payments/payment.js'

/** Our fields that the earlier application may have stored under other names. Keys and indexes fix `paymentId`, `userId` and `status`. */
export const MAPPED_FIELDS = [
  'orderId', 'sellerId', 'amount', 'currency', 'refundAmount', 'provider', 'providerReference', 'description', 'metadata', 'createdAt', 'updatedAt',
] as const
export type MappedField = typeof MAPPED_FIELDS[number]

/** What a status of the earlier application can mean. */
export const MAPPED_STATUSES = ['pending', 'succeeded', 'failed', 'canceled', 'partially_refunded', 'refunded'] as const satisfies readonly PaymentStatus[]
export type MappedStatus = typeof MAPPED_STATUSES[number]

/** How rows of payments of the earlier application are read. */
export interface EarlierMapping {
  /** Of all amounts of the table. Null: no one has said it, and they are taken to be in major units. */
  readonly amountUnit: 'major' | 'minor' | null
  /** The names of attributes that are not those of our fields. */
  readonly fields: Readonly<Partial<Record<MappedField, string>>>
  /** Statuses that we call otherwise, in small letters. */
  readonly statuses: Readonly<Record<string, MappedStatus>>
  /** The values of fields that a row lacks. */
  readonly defaults: { readonly currency?: string, readonly provider?: string, readonly status?: MappedStatus }
}

export const NO_MAPPING: EarlierMapping = { amountUnit: null, fields: {}, statuses: {}, defaults: {} }

/** What the statuses that many applications use mean where the mapping does not say otherwise. */
const COMMON_STATUSES: Readonly<Record<string, MappedStatus>> = {
  ...Object.fromEntries(MAPPED_STATUSES.map((status) => [status, status])), completed: 'succeeded', success: 'succeeded', cancelled: 'canceled',
}

/** The meaning of a status; null where it has none that is known. */
export function meaningOf (status: string, { statuses }: EarlierMapping): MappedStatus | null {
  const word = status.toLowerCase()
  const known = { ...COMMON_STATUSES, ...statuses }
  return Object.hasOwn(known, word) ? known[word] ?? null : null
}
