import type { AuditEntry } from '#domain/audit.js'
import { createdKey } from '#domain/time.js'
import type { AuditedBy, AuditStore } from '#application/ports/account-stores.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { EVERYBODY, RowIndex } from '../engine/indexes.js'
import { Table } from '../engine/table.js'

export class MemoryAuditStore implements AuditStore {
  readonly #entries = new Table<AuditEntry>()
  readonly #all = new RowIndex<AuditEntry>()
  readonly #by = { actorId: new RowIndex<AuditEntry>(), targetId: new RowIndex<AuditEntry>() }

  async insert (entry: AuditEntry): Promise<void> {
    this.add(entry)
  }

  /** For the user store: the same within its own step. */
  add (entry: AuditEntry): void {
    const key = createdKey(entry.createdAt, entry.auditId)
    const row = this.#entries.put(entry.auditId, entry)
    this.#all.add(EVERYBODY, key, row)
    for (const end of ['actorId', 'targetId'] as const) {
      const id = entry[end]
      if (id !== null) this.#by[end].add(id, key, row)
    }
  }

  async list (page: PageRequest, by: AuditedBy | null = null): Promise<Page<AuditEntry>> {
    return by === null ? this.#all.page(EVERYBODY, page) : this.#by[by.end].page(by.id, page)
  }
}
