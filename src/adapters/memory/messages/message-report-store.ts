import { messageReportKey, type MessageReport, type MessageReportState } from '#domain/messages/message-report.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { MessageReportStore } from '#application/ports/message-report-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { RowIndex } from '../engine/indexes.js'
import { Table } from '../engine/table.js'

/** Each method is one synchronous step. */
export class MemoryMessageReportStore implements MessageReportStore {
  readonly #reports = new Table<MessageReport>()
  readonly #byState = new RowIndex<MessageReport>()
  readonly #byReporter = new RowIndex<MessageReport>()

  async insert (report: MessageReport): Promise<Insertion<MessageReport>> {
    const taken = this.#reports.get(report.messageId)
    return taken === undefined ? { inserted: true, stored: this.#put(report) } : { inserted: false, stored: taken }
  }

  async find (messageId: string): Promise<MessageReport | null> {
    return this.#reports.get(messageId) ?? null
  }

  async replace (next: MessageReport): Promise<boolean> {
    const before = this.#reports.get(next.messageId)
    if (before?.version !== next.version - 1) return false
    this.#byState.remove(before.state, messageReportKey(before))
    this.#put(next)
    return true
  }

  async list (state: MessageReportState, page: PageRequest): Promise<Page<MessageReport>> {
    return this.#byState.page(state, page)
  }

  async listOfReporter (reporterId: string, page: PageRequest): Promise<Page<MessageReport>> {
    return this.#byReporter.page(reporterId, page)
  }

  async countOpen (max: number): Promise<number> {
    return this.#byState.count('open', max)
  }

  #put (report: MessageReport): MessageReport {
    const row = this.#reports.put(report.messageId, report)
    const key = messageReportKey(report)
    this.#byState.add(report.state, key, row)
    this.#byReporter.add(report.reporterId, key, row)
    return row.stored
  }
}
