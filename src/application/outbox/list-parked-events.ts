import type { OutboxStore, ParkedEvent } from '../ports/outbox-store.js'
import type { Page, PageRequest } from '../ports/page.js'

/** Events that have no effect until a person has looked, from the newest to the oldest. */
export function makeListParkedEvents ({ outbox }: { outbox: OutboxStore }) {
  return async function listParkedEvents (page: PageRequest): Promise<Page<ParkedEvent>> {
    return await outbox.parked(page)
  }
}
