import type { Quarantine } from '#application/ports/durability.js'
import type { Bus } from '#application/ports/bus.js'
import type { DeclineBrake } from '#application/payments/decline-brake.js'
import type { CountTogether } from '#adapters/http/guards/request-counts.js'
import { makePlaces, type Places } from '#adapters/http/live/places.js'
import { HttpProblem } from '#adapters/http/shared/problem.js'
import { makeWorkersBus } from '#adapters/workers/bus.js'
import { DomainError } from '#domain/errors.js'
import type { ToPrimary } from './messages.js'
import { sharedQuarantine } from './quarantine.js'

/** What a worker has in common with the others of its start. */
export interface Shared {
  /** The start, among all that use a bus. */
  readonly startId: string
  readonly busWith: (local: Bus, observe: (result: 'sent' | 'received') => void) => Bus
  readonly countTogether: CountTogether
  readonly places: Places
  readonly declineBrake: DeclineBrake
  readonly quarantine: Quarantine
  readonly renderMetrics: () => Promise<{ readonly contentType: string, readonly body: string }>
}

/** After this time a worker goes by its own counts. */
const COUNT_MS = 1000
/** The primary asks all workers, and waits a second for each. */
const METRICS_MS = 2500
const RETRY_S = 5

/** What is shared by way of the primary. `onMessage` hears what other workers publish. */
export function makeShared (primary: ToPrimary, { startId, onMessage }: { readonly startId: string, readonly onMessage: (on: (topic: string, message: string) => void) => void }): Shared {
  const own = makePlaces()
  return {
    startId,
    busWith: (local, observe) => makeWorkersBus({ local, observe, onMessage, send: (topic, message) => { primary.tell('publish', topic, message) } }),
    countTogether: async (group, key, windowMs) => await primary.ask('countRequest', [group, key, windowMs], COUNT_MS),
    places: {
      take: async (name, max) => {
        if (!own.take(name, max)) return false
        if (await primary.ask('takePlace', [name, max], COUNT_MS) !== false) return true
        own.leave(name)
        return false
      },
      leave: (name) => {
        own.leave(name)
        primary.tell('leavePlace', name)
      },
    },
    declineBrake: {
      begin: async ({ userId, ip }, paymentId) => {
        // A try may wait for its turn as long as others take. Where the primary is over, so is this process.
        const answer = await primary.ask('beginTry', [{ userId, ip }, paymentId])
        if (answer === null) throw new HttpProblem('overloaded', 'payments cannot be counted now; nothing was changed', RETRY_S)
        const { refusal } = answer
        return refusal === undefined ? null : new DomainError('too_many_attempts', refusal.message, { retryAfterS: refusal.retryAfterS })
      },
      learn: async ({ userId, ip }, outcome) => { primary.tell('learnTry', { userId, ip }, outcome) },
      end: ({ userId, ip }, paymentId) => { primary.tell('endTry', { userId, ip }, paymentId) },
    },
    quarantine: sharedQuarantine(primary),
    renderMetrics: async () => {
      const rendered = await primary.ask('renderMetrics', [], METRICS_MS)
      if (rendered === null) throw new HttpProblem('overloaded', 'the metrics of the other workers cannot be had now', RETRY_S)
      return rendered
    },
  }
}
