import { published } from '#domain/live/published-event.js'
import { laterBy } from '#domain/time.js'
import type { Effect } from '../effect.js'

/** Writes each event into the event log, where it is kept this long after it happened. */
export function makePublish ({ keptMs }: { readonly keptMs: number }): Effect {
  return {
    name: 'publish',
    wantsPayment: () => false,
    writes: (event) => [{ kind: 'publish', event: published(event), expiresAt: laterBy(event.occurredAt, keptMs) }],
  }
}
