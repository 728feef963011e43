import type { AuditEntry } from '#domain/audit.js'
import type { Page, PageRequest } from './page.js'

/** What administrators have done. Other stores write here too, in the same step as the change they make. Every method may throw `store_unavailable`. */
export interface AuditStore {
  insert: (entry: AuditEntry) => Promise<void>

  /** Newest first. */
  list: (page: PageRequest) => Promise<Page<AuditEntry>>
}
