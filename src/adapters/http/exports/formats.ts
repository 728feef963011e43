import { stringify } from 'csv-stringify/sync'
import { fulfillmentOf } from '#domain/payments/fulfillment.js'
import { formatMoney } from '#domain/money.js'
import type { Static } from '@sinclair/typebox'
import type { Payment } from '#domain/payments/payment.js'
import type { RoomReplayMessage } from '../rooms/schemas.js'

/** How things become a file: `begin`, the lines of each page, and `end` with the number of things. */
export interface ExportFormat<T> {
  readonly extension: string
  readonly contentType: string
  readonly begin: string
  readonly lines: (page: readonly T[]) => string
  readonly end: (count: number) => string
}

/** By this mark a spreadsheet recognises UTF-8. */
const BYTE_ORDER_MARK = '\ufeff'

/** A table for spreadsheets. No line follows the last row: an importer would read it as one more. */
export function csvFormat<T> (columns: Columns<T>, byteOrderMark: boolean): ExportFormat<T> {
  const cells = Object.values(columns)
  return {
    extension: 'csv',
    contentType: 'text/csv; charset=utf-8; header=present',
    begin: `${byteOrderMark ? BYTE_ORDER_MARK : ''}${csv([Object.keys(columns)])}`,
    lines: (page) => csv(page.map((item) => cells.map((cell) => cell(item)))),
    end: () => '',
  }
}

/** One JSON text per line for programs, then a line that marks the end. */
export function ndjsonFormat<T> (serialize: (item: T) => string): ExportFormat<T> {
  return {
    extension: 'ndjson',
    contentType: 'application/x-ndjson; charset=utf-8',
    begin: '',
    lines: (page) => page.map((item) => `${serialize(item)}\n`).join(''),
    end: (count) => `${JSON.stringify({ end: true, count })}\n`,
  }
}

type Cell = string | number | null

/** The columns of a table in their order. */
export type Columns<T> = Readonly<Record<string, (item: T) => Cell>>

/** Amounts are minor units, except those with the suffix `Major`. */
export const PAYMENT_COLUMNS: Columns<Payment> = {
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
  roomId: ({ roomId }) => roomId,
  productId: ({ productId }) => productId,
  fulfillment: fulfillmentOf,
}

/** The text of a deleted or hidden message is empty. */
export const CHAT_COLUMNS: Columns<Static<typeof RoomReplayMessage>> = {
  messageId: ({ messageId }) => messageId,
  position: ({ position }) => position,
  kind: ({ kind }) => kind,
  createdAt: ({ createdAt }) => createdAt,
  sinceStartMs: ({ sinceStartMs }) => sinceStartMs,
  senderId: ({ senderId }) => senderId,
  role: ({ role }) => role,
  text: ({ text }) => text,
  hidden: ({ hidden }) => String(hidden),
  replyTo: ({ replyTo }) => replyTo?.messageId ?? null,
  productId: ({ order }) => order?.productId ?? null,
  units: ({ order }) => order?.units ?? null,
}

/**
 * Rows of RFC 4180. Buyers choose descriptions and order ids, and people write messages, so the text of a cell must not run as a formula in a spreadsheet. The package
 * escapes the beginning of a cell. `cast` also escapes after spaces, which many programs strip, and after a semicolon or tab, which begins
 * a cell in some locales, such as the Turkish one.
 */
function csv (rows: ReadonlyArray<readonly Cell[]>): string {
  return stringify([...rows], {
    record_delimiter: 'windows',
    // Most readers end a row at CR or LF alone. The package only quotes both together.
    quoted_match: /[\r\n]/,
    escape_formulas: true,
    cast: { string: (text) => text.replace(/(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])(?<=(?:^|[;\t\r\n])[\s"]*)/g, "'") },
  })
}
