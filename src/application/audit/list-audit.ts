import type { AuditEntry } from '#domain/audit.js'
import type { AuditStore } from '../ports/audit-store.js'
import type { Page, PageRequest } from '../ports/page.js'

/** Newest first. */
export function makeListAudit ({ audit }: { audit: AuditStore }) {
  return async function listAudit (page: PageRequest): Promise<Page<AuditEntry>> {
    return await audit.list(page)
  }
}
