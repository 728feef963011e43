import { EFFECTS } from '../application/outbox/effects.js'
import { makeCompletePayments } from '../application/payments/complete-payments.js'
import { makeCompleteWebhookEvents } from '../application/payments/complete-webhook-events.js'
import { outboxWorks } from './outbox-works.js'
import type { Work } from './worker.js'
import type { Cradle } from './cradle.js'

/** How long the completer rests: what it looks for becomes due minutes after it began. */
const COMPLETER_PAUSE_MS = 10_000

export function makeWorks (ports: Cradle): readonly Work[] {
  const { outbox, payments, clock, identity, outboxObserver, metrics, notifying, standby } = ports
  return [
    ...standby.works,
    ...outboxWorks({ outbox, payments, clock, identity, effects: [...EFFECTS, notifying.effect], outboxObserver, metrics }),
    ...notifying.works,
    { name: 'complete payments', pauseMs: COMPLETER_PAUSE_MS, run: makeCompletePayments(ports) },
    { name: 'complete webhook events', pauseMs: COMPLETER_PAUSE_MS, run: makeCompleteWebhookEvents(ports) },
  ]
}
