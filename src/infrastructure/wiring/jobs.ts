import { EFFECTS } from '#application/outbox/effects.js'
import { makeCompletePayments } from '#application/payments/complete-payments.js'
import { makeCompleteWebhookEvents } from '#application/payments/webhook-events.js'
import { givingWay } from '../runtime/giving-way.js'
import { outboxJobs } from './outbox-jobs.js'
import type { Job } from '../runtime/job.js'
import type { Cradle } from './cradle.js'

/** How long the completer rests: what it looks for becomes due minutes after it began. */
const COMPLETER_PAUSE_MS = 10_000

export function makeJobs (ports: Cradle): readonly Job[] {
  const { outbox, payments, clock, identity, outboxObserver, metrics, notifying, durability } = ports
  // What was acknowledged comes before what follows from it: until it is in the tables, it lies on one disk.
  const consequences = [
    ...outboxJobs({ outbox, payments, clock, identity, effects: [...EFFECTS, notifying.effect], outboxObserver, metrics }),
    ...notifying.jobs,
  ].map((work) => givingWay(work, () => durability.status().mode === 'draining', () => performance.now()))
  return [
    ...durability.jobs,
    ...consequences,
    { name: 'complete payments', pauseMs: COMPLETER_PAUSE_MS, run: makeCompletePayments(ports) },
    { name: 'complete webhook events', pauseMs: COMPLETER_PAUSE_MS, run: makeCompleteWebhookEvents(ports) },
  ]
}
