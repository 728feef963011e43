import { actorIdOf, type Caller } from '#domain/accounts/session.js'
import { newMessageReport, noReportWaits, resolvedReport, type MessageReport, type MessageReportResolution, type MessageReportState } from '#domain/messages/message-report.js'
import type { Timestamp } from '#domain/time.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { Stores } from '../ports/stores.js'
import type { Clock } from '../ports/system.js'

export interface MessageReportPorts extends Pick<Stores, 'messages' | 'messageReports'> {
  readonly clock: Clock
}

export interface ReportMessageCommand {
  readonly userId: string
  readonly messageId: string
  readonly reason: MessageReport['reason']
}

export interface ResolveMessageReportCommand {
  readonly caller: Caller
  readonly messageId: string
  readonly decision: MessageReportResolution['decision']
}

/** A report with its message as it is now; both null where the message is gone. */
export interface ShownMessageReport extends MessageReport {
  readonly text: string | null
  readonly sentAt: Timestamp | null
}

/** What the receivers of messages report, and what administrators see of it: no message that has no report. */
export function makeMessageReports ({ messages, messageReports, clock }: MessageReportPorts) {
  async function requireReport (messageId: string): Promise<MessageReport> {
    const report = await messageReports.find(messageId)
    if (report === null) throw noReportWaits()
    return report
  }

  return {
    /** A second report of a message changes nothing. @throws what `newMessageReport` throws */
    reportMessage: async ({ userId, messageId, reason }: ReportMessageCommand): Promise<void> => {
      await messageReports.insert(newMessageReport(await messages.find(messageId), userId, reason, clock()))
    },

    /** Newest first, without the messages. */
    listMessageReports: async (state: MessageReportState, page: PageRequest): Promise<Page<MessageReport>> => await messageReports.list(state, page),

    /** The caller has recorded the look before: see `recordAct`. @throws not_found where the message has no report */
    getMessageReport: async (messageId: string): Promise<ShownMessageReport> => {
      const report = await requireReport(messageId)
      const message = await messages.find(messageId)
      return { ...report, text: message?.message ?? null, sentAt: message?.createdAt ?? null }
    },

    /** Of several decisions the first counts, and its repeat changes nothing. @throws not_found where no open report of the message is there */
    resolveMessageReport: async ({ caller, messageId, decision }: ResolveMessageReportCommand): Promise<MessageReport> => {
      const report = await requireReport(messageId)
      const resolved = resolvedReport(report, { decision, by: actorIdOf(caller), at: clock() })
      if (resolved !== report && !await messageReports.replace(resolved)) throw noReportWaits()
      return resolved
    },
  }
}
