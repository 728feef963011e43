import type { Payment } from '#domain/payments/payment.js'
import { headerRow, paymentRows } from './payment-table.js'

/** How a file of payments is written. */
export interface ExportFormat {
  readonly extension: string
  readonly contentType: string
  readonly begin: string
  readonly lines: (payments: readonly Payment[]) => string
  readonly end: (count: number) => string
}

/** By it a spreadsheet knows UTF-8. */
const BYTE_ORDER_MARK = '\ufeff'

/** A table for spreadsheets. Nothing stands behind the last payment, where an importer would take it for one more. */
export function csvFormat (byteOrderMark: boolean): ExportFormat {
  return {
    extension: 'csv',
    contentType: 'text/csv; charset=utf-8; header=present',
    begin: `${byteOrderMark ? BYTE_ORDER_MARK : ''}${headerRow()}`,
    lines: paymentRows,
    end: () => '',
  }
}

/** A JSON text a line for programs: all that an administrator sees of a payment, and a last line that says that it was the last. */
export function ndjsonFormat (serialize: (payment: Payment) => string): ExportFormat {
  return {
    extension: 'ndjson',
    contentType: 'application/x-ndjson; charset=utf-8',
    begin: '',
    lines: (payments) => payments.map((payment) => `${serialize(payment)}\n`).join(''),
    end: (count) => `${JSON.stringify({ end: true, count })}\n`,
  }
}
