import { DomainError } from '../errors.js'
import type { REPORT_REASONS } from '../rooms/room-entry.js'
import { createdKey, type Timestamp } from '../time.js'
import type { Message } from './message.js'

export const MESSAGE_REPORT_STATES = ['open', 'resolved'] as const
export type MessageReportState = typeof MESSAGE_REPORT_STATES[number]

/** `dismiss`: the message may stay as it is. `uphold`: the reporter is right. What becomes of the sender is decided about their account. */
export const MESSAGE_REPORT_DECISIONS = ['dismiss', 'uphold'] as const

/** What an administrator decided, who they are, and when. */
export interface MessageReportResolution {
  readonly decision: typeof MESSAGE_REPORT_DECISIONS[number]
  /** User id of the administrator, or the id of an API key; null for the shared token. */
  readonly by: string | null
  readonly at: Timestamp
}

/** The report of a message of a private conversation. It holds ids and words of ours, and never the text. */
export interface MessageReport {
  /** Also the id of the report: only the receiver of a message reports it, so that it has one at most. */
  readonly messageId: string
  readonly senderId: string
  /** The receiver of the message. */
  readonly reporterId: string
  readonly reason: typeof REPORT_REASONS[number]
  readonly createdAt: Timestamp
  readonly state: MessageReportState
  /** Null while the report is open. */
  readonly resolution: MessageReportResolution | null
  /** Grows by one with each change. */
  readonly version: number
}

/** @throws not_found also for a message of others; forbidden for the sender */
export function newMessageReport (message: Message | null, reporterId: string, reason: MessageReport['reason'], now: Timestamp): MessageReport {
  if (message === null || (message.senderId !== reporterId && message.receiverId !== reporterId)) throw new DomainError('not_found', 'there is no such message')
  const { messageId, senderId } = message
  if (senderId === reporterId) throw new DomainError('forbidden', 'only the receiver can report a message')
  return { messageId, senderId, reporterId, reason, createdAt: now, state: 'open', resolution: null, version: 1 }
}

/** The place of a report in lists, newest first. */
export function messageReportKey ({ createdAt, messageId }: MessageReport): string {
  return createdKey(createdAt, messageId)
}

/** The same report where it was decided so by the same person before: their answer may have been lost. @throws not_found where it was decided otherwise */
export function resolvedReport (report: MessageReport, resolution: MessageReportResolution): MessageReport {
  const { decision, by } = resolution
  if (report.resolution?.decision === decision && report.resolution.by === by) return report
  if (report.state !== 'open') throw noReportWaits()
  return { ...report, state: 'resolved', resolution, version: report.version + 1 }
}

export function noReportWaits (): DomainError {
  return new DomainError('not_found', 'no report of this message waits')
}
