import type { Logger } from 'pino'
import { type ErasureObserver, makeCarryOutErasures } from '#application/accounts/carry-out-erasures.js'
import { makeWriteErrors, type WriteErrorsPorts } from '#application/error-log/write-errors.js'
import { type DispatcherPorts, makeShardDispatcher, type OutboxObserver } from '#application/outbox/dispatch-shard.js'
import { EFFECTS } from '#application/outbox/effects.js'
import { makePublish } from '#application/outbox/effects/publish.js'
import { makeCompletePayments } from '#application/payments/complete-payments.js'
import { makeDailyRound, type RoundObserver } from '#application/payments/daily-round.js'
import { makeCompleteWebhookEvents } from '#application/payments/webhook-events.js'
import { makeAnnounceOrders } from '#application/rooms/announce-orders.js'
import { makeCompleteShipments } from '#application/shipping/complete-shipments.js'
import { makeClearChannels } from '#application/channels/clear-channels.js'
import { makeChargeRooms } from '#application/rooms/charge-rooms.js'
import { makeFollowRefunds } from '#application/shipping/follow-refunds.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import { endingWithin, givingWay, type Job } from '../runtime/job.js'
import type { Cradle } from './cradle.js'
import { makeLiveJobs } from './live.js'
import type { OutboxBells } from './waking.js'
import { makePerformanceLogJob, performanceSink, timedJob } from './performance.js'

/** The pause of the follow-ups, which become due minutes after their payment or event. */
const FOLLOW_UP_PAUSE_MS = 10_000
/** How late a room without minutes ends at most. */
const MINUTES_PAUSE_MS = 2000
/** The pause of an idle shard, and so the longest wait of an event that another process has stored. In DynamoDB each look is one request, by the process that holds the shard. */
const OUTBOX_PAUSE_MS = 500
/** The greatest age of the figure of parked events. */
const COUNT_PAUSE_MS = 15_000
/** Counted by one query. */
const DEAD_COUNT_MAX = 100

/** The pause between two writes of the error log. */
const ERRORS_PAUSE_MS = 10_000
/** The longest wait for the last write of the error log. */
const ERRORS_END_MS = 1000

/** Everything that runs beside the requests. */
export function makeJobs (ports: Cradle): readonly Job[] {
  const { outbox, outboxBells, payments, stats, clock, identity, outboxObserver, metrics, notifications, notifying, durability } = ports
  const { performanceBuffer, rounds, gateways, abandonMs, roundObserver, config: { reconcilePerMinute: perMinute, performanceLog, eventRetentionMs } } = ports
  const nowMs = (): number => performance.now()
  const isDraining = (): boolean => durability.status().mode === 'draining'
  // Draining comes first: until an acknowledged write is in the tables, one disk holds it.
  const consequences = [
    ...makeOutboxJobs({ outbox, outboxBells, payments, stats, clock, identity, effects: [...EFFECTS, notifying.effect, makePublish({ keptMs: eventRetentionMs })], foresee: notifying.foresee, outboxObserver, metrics, announceOrders: makeAnnounceOrders(ports), followRefunds: makeFollowRefunds(ports) }),
    ...notifying.jobs,
    makeDeadNotificationsCount({ notifications, metrics }),
  ].map((job) => givingWay(job, isDraining, nowMs))
  const jobs = [
    ...durability.jobs,
    ...consequences,
    { name: 'complete payments', pauseMs: FOLLOW_UP_PAUSE_MS, run: makeCompletePayments(ports) },
    { name: 'complete shipments', pauseMs: FOLLOW_UP_PAUSE_MS, run: makeCompleteShipments(ports) },
    { name: 'complete webhook events', pauseMs: FOLLOW_UP_PAUSE_MS, run: makeCompleteWebhookEvents(ports) },
    { name: 'minutes of rooms', pauseMs: MINUTES_PAUSE_MS, run: makeChargeRooms(ports) },
    { name: 'pages of deleted channels', pauseMs: FOLLOW_UP_PAUSE_MS, run: makeClearChannels(ports) },
    ...makeLiveJobs(ports),
    makeErrorLogJob(ports),
    ...(performanceLog === 'none' ? [] : [makePerformanceLogJob({ performanceBuffer, write: performanceSink(ports) })]),
    { name: 'erasures', pauseMs: FOLLOW_UP_PAUSE_MS, run: makeCarryOutErasures(ports) },
    ...(perMinute === 0
      ? []
      : [{ name: 'daily round', pauseMs: FOLLOW_UP_PAUSE_MS, run: makeDailyRound({ payments, gateways, identity, clock, abandonMs, rounds, roundObserver, perMinute }) }]),
  ]
  return performanceLog === 'none' ? jobs : jobs.map((job) => timedJob(job, performanceBuffer))
}

/** Writes the error log, once more when the service stops. */
function makeErrorLogJob ({ errorBuffer, errors, notifications, identity, clock }: WriteErrorsPorts): Job {
  const write = makeWriteErrors({ errorBuffer, errors, notifications, identity, clock })
  return {
    name: 'error log',
    pauseMs: ERRORS_PAUSE_MS,
    run: async () => {
      await write()
      return false
    },
    end: async () => { await endingWithin(ERRORS_END_MS, write()) },
  }
}

/** One dispatcher for each shard of the outbox, and the count of parked events. */
export function makeOutboxJobs (ports: DispatcherPorts & { readonly metrics: Metrics, readonly outboxBells: OutboxBells }): readonly Job[] {
  const { outbox, metrics, outboxBells } = ports
  const dispatchers = outboxBells.map((bell, shard): Job => {
    const { run, end } = makeShardDispatcher(ports, shard)
    return { name: `outbox ${shard}`, pauseMs: OUTBOX_PAUSE_MS, bell, run, end }
  })
  const count: Job = {
    name: 'count of parked events',
    pauseMs: COUNT_PAUSE_MS,
    run: async () => {
      metrics.setOutboxParked(await outbox.countParked())
      return false
    },
  }
  return [...dispatchers, count]
}

/** Shows how many notifications wait for a person to retry them. */
export function makeDeadNotificationsCount ({ notifications, metrics }: Pick<Cradle, 'notifications' | 'metrics'>): Job {
  return {
    name: 'count of dead notifications',
    pauseMs: COUNT_PAUSE_MS,
    run: async () => {
      const { items } = await notifications.listDead({ before: null, limit: DEAD_COUNT_MAX })
      metrics.setNotificationsDead(items.length)
      return false
    },
  }
}

/** Shows what the daily round leaves undone. */
export function makeRoundObserver ({ metrics, logger }: { readonly metrics: Metrics, readonly logger: Logger }): RoundObserver {
  return {
    left: (count) => { metrics.setRoundLeft(count) },
    undone: (day, count) => { logger.warn({ day, count }, 'the daily round has left payments undone') },
    failed: (paymentId, error) => { logger.error({ err: error, paymentId }, 'a payment could not be asked about in the daily round') },
  }
}

/** Counts and logs what of a deleted person was not cleared, by their id and the step. */
export function makeErasureObserver ({ metrics, logger }: { readonly metrics: Metrics, readonly logger: Logger }): ErasureObserver {
  return ({ userId, step }, error) => {
    metrics.countErasureFailure(step)
    logger.error({ err: error, userId, step }, 'something of a deleted person was not cleared, and is tried again')
  }
}

/** Counts what becomes of events, and logs the ids of those that are parked. */
export function makeOutboxObserver ({ metrics, logger }: { readonly metrics: Metrics, readonly logger: Logger }): OutboxObserver {
  return {
    waiting: (shard, since) => { metrics.setOutboxWaiting(shard, since === null ? null : Date.parse(since)) },
    ended: (outcome, count) => { metrics.countOutboxEvents(outcome, count) },
    suppressed: ({ kind, state }) => { metrics.countNotification(kind, state) },
    parked: ({ event: { eventId, type }, reason }) => { logger.error({ eventId, type, reason }, 'an event has no effect and is parked') },
  }
}
