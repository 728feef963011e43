import type { OutboxEvent, OutboxStore, ParkedEvent } from '../ports/outbox-store.js'
import type { Page, PageRequest } from '../ports/page.js'

export type OutboxUseCases = ReturnType<typeof makeOutboxUseCases>

/** What an administrator does about parked events. */
export function makeOutboxUseCases ({ outbox }: { readonly outbox: OutboxStore }) {
  return {
    /** Newest event first. */
    listParkedEvents: async (page: PageRequest): Promise<Page<ParkedEvent>> => await outbox.parked(page),

    /** Lets a parked event wait for its effect again, once its cause is dealt with. @throws not_found */
    retryParkedEvent: async (eventId: string): Promise<OutboxEvent> => await outbox.unpark(eventId),
  }
}
