import type { Logger } from 'pino'
import { makeShardDispatcher, type DispatcherPorts, type OutboxObserver } from '#application/outbox/dispatch-shard.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import type { Job } from '../runtime/job.js'

/** How long an event may wait where there is little to do. In DynamoDB each look is a request a shard, by the one process that holds it. */
const PAUSE_MS = 500
/** How old the figure of parked events may be. */
const COUNT_PAUSE_MS = 15_000

/** What goes on beside the requests so that events take effect: shards are worked on side by side, one process each. */
export function outboxJobs (ports: DispatcherPorts & { readonly metrics: Metrics }): readonly Job[] {
  const { outbox, metrics } = ports
  const dispatching = Array.from({ length: OUTBOX_SHARDS }, (_, shard): Job => {
    const { run, end } = makeShardDispatcher(ports, shard)
    return { name: `outbox ${shard}`, pauseMs: PAUSE_MS, run, end }
  })
  const counting: Job = {
    name: 'count of parked events',
    pauseMs: COUNT_PAUSE_MS,
    run: async () => {
      metrics.setOutboxParked(await outbox.countParked())
      return false
    },
  }
  return [...dispatching, counting]
}

/** Figures for all, and a line in the log for an event that a person has to look at: its ids alone. */
export function outboxObserver ({ metrics, logger }: { readonly metrics: Metrics, readonly logger: Logger }): OutboxObserver {
  return {
    waiting: (shard, since) => { metrics.setOutboxWaiting(shard, since === null ? null : Date.parse(since)) },
    ended: (outcome, count) => { metrics.countOutboxEvents(outcome, count) },
    parked: ({ event: { eventId, type }, reason }) => { logger.error({ eventId, type, reason }, 'an event can not take effect and is parked') },
  }
}
