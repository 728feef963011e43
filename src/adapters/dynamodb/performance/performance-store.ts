import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { hourOf, type NamedFigures, type PerformanceRow, type SlowRequest } from '#domain/performance/performance-row.js'
import { createdKey } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { PerformanceStore } from '#application/ports/performance-store.js'
import type { Database } from '../engine/client.js'
import { newestPage } from '../engine/page.js'
import { partition } from '../engine/read.js'
import { bytes, integer, maps, number, secondsOf, text, textOrNull, word, type Row } from '../engine/row.js'

export class DynamoPerformanceStore implements PerformanceStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async put (row: PerformanceRow): Promise<void> {
    const { documents, tableNames } = this.#database
    const Item = { ...row, hour: hourOf(row.slotAt), slotKey: createdKey(row.slotAt, row.processId), deleteAt: secondsOf(row.expiresAt) }
    await documents.send(new PutCommand({ TableName: tableNames.performance, Item }))
  }

  async list (hour: string, page: PageRequest): Promise<Page<PerformanceRow>> {
    return await newestPage(this.#database, partition('performance', null, hour), page, rowOf)
  }
}

/** Nothing writes a row back, so that what another version has stored in it need not be kept. */
function rowOf (row: Row): PerformanceRow {
  return {
    slotAt: text(row, 'slotAt'),
    processId: text(row, 'processId'),
    version: text(row, 'version'),
    figures: maps(row, 'figures').map(figuresOf),
    slowest: maps(row, 'slowest').map(slowOf),
    expiresAt: text(row, 'expiresAt'),
  }
}

function figuresOf (row: Row): NamedFigures {
  return {
    kind: word(row, 'kind'),
    name: text(row, 'name'),
    count: integer(row, 'count'),
    errors: integer(row, 'errors'),
    spentMs: number(row, 'spentMs'),
    maxMs: number(row, 'maxMs'),
    sketch: bytes(row, 'sketch'),
  }
}

function slowOf (row: Row): SlowRequest {
  return {
    at: text(row, 'at'),
    route: text(row, 'route'),
    status: integer(row, 'status'),
    ms: number(row, 'ms'),
    requestId: text(row, 'requestId'),
    traceId: textOrNull(row, 'traceId'),
  }
}
