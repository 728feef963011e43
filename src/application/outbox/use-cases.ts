import type { OutboxStore } from '../ports/outbox-store.js'
import { makeListParkedEvents } from './list-parked-events.js'
import { makeRetryParkedEvent } from './retry-parked-event.js'

export type OutboxUseCases = ReturnType<typeof makeOutboxUseCases>

export function makeOutboxUseCases (ports: { readonly outbox: OutboxStore }) {
  return {
    listParkedEvents: makeListParkedEvents(ports),
    retryParkedEvent: makeRetryParkedEvent(ports),
  }
}
