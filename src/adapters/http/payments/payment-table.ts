import { stringify } from 'csv-stringify/sync'
import { formatMoney } from '#domain/money.js'
import type { Payment } from '#domain/payments/payment.js'

type Cell = string | number | null

/** What a row of a table says of a payment, in the order of its columns. Amounts without a suffix are minor units, as everywhere. */
const COLUMNS: Readonly<Record<string, (payment: Payment) => Cell>> = {
  paymentId: ({ paymentId }) => paymentId,
  orderId: ({ orderId }) => orderId,
  createdAt: ({ createdAt }) => createdAt,
  updatedAt: ({ updatedAt }) => updatedAt,
  status: ({ status }) => status,
  currency: ({ currency }) => currency,
  amount: ({ amount }) => amount,
  amountMajor: ({ amount, currency }) => formatMoney({ amount, currency }),
  refundedAmount: ({ refundedAmount }) => refundedAmount,
  refundedAmountMajor: ({ refundedAmount, currency }) => formatMoney({ amount: refundedAmount, currency }),
  userId: ({ userId }) => userId,
  sellerId: ({ sellerId }) => sellerId,
  provider: ({ provider }) => provider,
  providerReference: ({ providerReference }) => providerReference,
  flags: ({ flags }) => flags.join(' '),
  failureCode: ({ failure }) => failure?.code ?? null,
  description: ({ description }) => description,
}

export const COLUMN_NAMES = Object.keys(COLUMNS)
const cells = Object.values(COLUMNS)

/** The columns' names, as the first row of RFC 4180. */
export function headerRow (): string {
  return csv([COLUMN_NAMES])
}

/** A row for each payment, of RFC 4180. */
export function paymentRows (payments: readonly Payment[]): string {
  return csv(payments.map((payment) => cells.map((cell) => cell(payment))))
}

/**
 * Buyers choose descriptions and ids of orders: a spreadsheet must not take one for a formula.
 * The package looks at the beginning of a cell; `cast` also behind spaces, which many a program strips, and at what becomes a beginning
 * where a semicolon or a tab divides cells, as in Turkey.
 */
function csv (rows: ReadonlyArray<readonly Cell[]>): string {
  return stringify([...rows], {
    record_delimiter: 'windows',
    // The package quotes the two together, but neither alone, where most readers end a row too.
    quoted_match: /[\r\n]/,
    escape_formulas: true,
    cast: { string: (text) => text.replace(/(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])(?<=(?:^|[;\t\r\n])[\s"]*)/g, "'") },
  })
}
