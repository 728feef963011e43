import type { AuditEntry } from '#domain/audit.js'
import type { Page, PageRequest } from './page.js'

/**
 * The audit log. Other stores write here too, in one step with the change that the entry describes.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface AuditStore {
  insert: (entry: AuditEntry) => Promise<void>

  /** Newest first. */
  list: (page: PageRequest) => Promise<Page<AuditEntry>>
}
