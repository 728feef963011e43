import { PutCommand } from '@aws-sdk/lib-dynamodb'
import type { AuditEntry } from '#domain/audit.js'
import type { JsonObject } from '#domain/json.js'
import { createdKey } from '#domain/time.js'
import type { AuditStore } from '#application/ports/audit-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/database.js'
import { allOf, compare, expression } from '../engine/expression.js'
import { pageOf, queryRows } from '../engine/query.js'
import { map, text, textOrNull, type Row } from '../engine/row.js'

/** One partition: what people do by hand is far from what it takes. */
const REGISTER = 'admin'

export class DynamoAuditStore implements AuditStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (entry: AuditEntry): Promise<void> {
    await this.#database.documents.send(new PutCommand(auditPut(this.#database, entry)))
  }

  async list (page: PageRequest): Promise<Page<AuditEntry>> {
    const inRegister = compare('register', '=', REGISTER)
    const rows = await queryRows(this.#database.documents, {
      TableName: this.#database.tableNames.audit,
      ScanIndexForward: false,
      ConsistentRead: true,
      ...expression({ key: page.before === null ? inRegister : allOf(inRegister, compare('createdKey', '<', page.before)) }),
    }, page.limit + 1)
    return pageOf(rows.map(entryOf), page, keyOf)
  }
}

/** For the user store: the line that goes with a change. */
export function auditPut ({ tableNames }: Database, entry: AuditEntry) {
  return { TableName: tableNames.audit, Item: { ...entry, register: REGISTER, createdKey: keyOf(entry) } }
}

function keyOf ({ createdAt, auditId }: AuditEntry): string {
  return createdKey(createdAt, auditId)
}

function entryOf (row: Row): AuditEntry {
  return {
    auditId: text(row, 'auditId'),
    action: text(row, 'action'),
    actorId: textOrNull(row, 'actorId'),
    targetId: textOrNull(row, 'targetId'),
    detail: map(row, 'detail') as JsonObject,
    requestId: text(row, 'requestId'),
    createdAt: text(row, 'createdAt'),
  }
}
