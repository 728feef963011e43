import type { MessageReport, MessageReportState } from '#domain/messages/message-report.js'
import type { Insertion } from './insertion.js'
import type { Page, PageRequest } from './page.js'

/**
 * Reports of messages of private conversations, one for each message at most. They hold no text of a message.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface MessageReportStore {
  /** Stores a new report, unless its message has one. */
  insert: (report: MessageReport) => Promise<Insertion<MessageReport>>

  /** The report of a message, as all writes before have left it. */
  find: (messageId: string) => Promise<MessageReport | null>

  /** Stores the next version if the stored one is the version before it. False means that nothing was written. */
  replace: (next: MessageReport) => Promise<boolean>

  /** Reports in a state, newest first. A page costs the same at any depth. */
  list: (state: MessageReportState, page: PageRequest) => Promise<Page<MessageReport>>

  /** What a person has reported, newest first. */
  listOfReporter: (reporterId: string, page: PageRequest) => Promise<Page<MessageReport>>

  /** The number of open reports, up to `max`, which bounds the cost. */
  countOpen: (max: number) => Promise<number>
}
