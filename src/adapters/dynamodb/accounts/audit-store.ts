import { PutCommand } from '@aws-sdk/lib-dynamodb'
import type { AuditEntry } from '#domain/audit.js'
import type { JsonObject } from '#domain/json.js'
import { createdKey } from '#domain/time.js'
import type { AuditedBy, AuditStore } from '#application/ports/account-stores.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/client.js'
import { newestPage } from '../engine/page.js'
import { partition } from '../engine/read.js'
import { keeping, map, text, textOrNull } from '../engine/row.js'

/** One partition: people write far less by hand than one takes. */
const REGISTER = 'admin'
/** The attributes of the indexes, which hold a text or are absent: earlier versions write null where there is no actor or target. */
const INDEXED = { actorId: 'listActorId', targetId: 'listTargetId' } as const

export class DynamoAuditStore implements AuditStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (entry: AuditEntry): Promise<void> {
    await this.#database.documents.send(new PutCommand(auditPut(this.#database, entry)))
  }

  async list (page: PageRequest, by: AuditedBy | null = null): Promise<Page<AuditEntry>> {
    if (by === null) return await newestPage(this.#database, partition('audit', null, REGISTER), page, entryOf, true)
    return await newestPage(this.#database, partition('audit', `${INDEXED[by.end]}-createdKey-index`, by.id), page, entryOf)
  }
}

/** For the user store: the entry that goes with a change. */
export function auditPut ({ tableNames }: Database, entry: AuditEntry) {
  const { actorId, targetId } = entry
  const listed = { ...(actorId !== null && { listActorId: actorId }), ...(targetId !== null && { listTargetId: targetId }) }
  return { TableName: tableNames.audit, Item: { ...entry, ...listed, register: REGISTER, createdKey: createdKey(entry.createdAt, entry.auditId) } }
}

const entryOf = keeping(['register', 'createdKey', 'listActorId', 'listTargetId'], (row): AuditEntry => ({
  auditId: text(row, 'auditId'),
  action: text(row, 'action'),
  actorId: textOrNull(row, 'actorId'),
  targetId: textOrNull(row, 'targetId'),
  detail: map(row, 'detail') as JsonObject,
  outcome: textOrNull(row, 'outcome'),
  requestId: text(row, 'requestId'),
  createdAt: text(row, 'createdAt'),
}))
