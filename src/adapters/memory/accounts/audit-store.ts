import type { AuditEntry } from '#domain/audit.js'
import { createdKey } from '#domain/time.js'
import type { AuditStore } from '#application/ports/account-stores.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { EVERYBODY, RowIndex } from '../engine/indexes.js'
import { Table } from '../engine/table.js'

export class MemoryAuditStore implements AuditStore {
  readonly #entries = new Table<AuditEntry>()
  readonly #all = new RowIndex<AuditEntry>()

  async insert (entry: AuditEntry): Promise<void> {
    this.add(entry)
  }

  /** For the user store: the same within its own step. */
  add (entry: AuditEntry): void {
    this.#all.add(EVERYBODY, createdKey(entry.createdAt, entry.auditId), this.#entries.put(entry.auditId, entry))
  }

  async list (page: PageRequest): Promise<Page<AuditEntry>> {
    return this.#all.page(EVERYBODY, page)
  }
}
