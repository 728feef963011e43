import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { messageReportKey, type MessageReport, type MessageReportResolution, type MessageReportState } from '#domain/messages/message-report.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { MessageReportStore } from '#application/ports/message-report-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/client.js'
import { absent, compare, expression, type Condition } from '../engine/expression.js'
import { newestPage } from '../engine/page.js'
import { countRows, getRow, partition, type Partition } from '../engine/read.js'
import { integer, keeping, mapOrNull, text, textOrNull, word, type Row } from '../engine/row.js'
import { takenBy, writeIf, type Check } from '../engine/write.js'

export class DynamoMessageReportStore implements MessageReportStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (report: MessageReport): Promise<Insertion<MessageReport>> {
    const check = await this.#put(report, absent('messageId'))
    return check === null ? { inserted: true, stored: report } : { inserted: false, stored: reportOf(takenBy(check)) }
  }

  async find (messageId: string): Promise<MessageReport | null> {
    const row = await getRow(this.#database, 'messageReports', { messageId })
    return row === null ? null : reportOf(row)
  }

  async replace (next: MessageReport): Promise<boolean> {
    return await this.#put(next, compare('version', '=', next.version - 1)) === null
  }

  async list (state: MessageReportState, page: PageRequest): Promise<Page<MessageReport>> {
    return await newestPage(this.#database, inState(state), page, reportOf)
  }

  async listOfReporter (reporterId: string, page: PageRequest): Promise<Page<MessageReport>> {
    return await newestPage(this.#database, partition('messageReports', 'reporterId-createdKey-index', reporterId), page, reportOf)
  }

  async countOpen (max: number): Promise<number> {
    return await countRows(this.#database, [inState('open')], max)
  }

  async #put (report: MessageReport, condition: Condition): Promise<Check | null> {
    const { documents, tableNames } = this.#database
    return await writeIf(this.#database, async () => await documents.send(new PutCommand({
      TableName: tableNames.messageReports,
      Item: { ...report, createdKey: messageReportKey(report) },
      ...expression({ condition }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })))
  }
}

function inState (state: MessageReportState): Partition {
  return partition('messageReports', 'state-createdKey-index', state)
}

const reportOf = keeping(['createdKey'], (row): MessageReport => {
  const resolution = mapOrNull(row, 'resolution')
  return {
    messageId: text(row, 'messageId'),
    senderId: text(row, 'senderId'),
    reporterId: text(row, 'reporterId'),
    reason: word(row, 'reason'),
    createdAt: text(row, 'createdAt'),
    state: word(row, 'state'),
    resolution: resolution === null ? null : resolutionOf(resolution),
    version: integer(row, 'version'),
  }
})

const resolutionOf = keeping([], (row: Row): MessageReportResolution => ({ decision: word(row, 'decision'), by: textOrNull(row, 'by'), at: text(row, 'at') }))
