import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { makeDurations } from './durations.js'
import type { Figures } from './summed.js'

interface JournalFigures {
  readonly isAway: boolean
  readonly depth: number
  /** Milliseconds since 1970. */
  readonly oldestMs: number | null
  readonly quarantined: number
}

/** What stands around the metrics. */
interface Surroundings {
  readonly version: string
  readonly providers: () => ReadonlyArray<{ readonly name: string, readonly isUp: boolean }>
  /** Open connections of clients. */
  readonly connections: () => Promise<number>
  /** What has happened seldom or never, which is shown as 0: Prometheus sees no increase in the first value of a series. */
  readonly seldom: { readonly paymentEvents: readonly string[], readonly refusals: readonly string[], readonly tables: readonly string[], readonly erasureSteps: readonly string[] }
}

/** What this process has dropped of its log, its error log and its performance log. */
interface Dropped {
  readonly lines: () => number
  readonly errors: () => number
  readonly rows: () => number
}

const NOTHING_DROPPED: Dropped = { lines: () => 0, errors: () => 0, rows: () => 0 }

/** The metrics of the service. Labels are few and bounded, never an id. */
export function makeMetrics (dropped: Dropped = NOTHING_DROPPED) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = makeDurations(registry, 'basvideo_http_request_duration_seconds', 'Time from request to response, by route', ['method', 'route', 'status'])
  const refusals = new Counter({
    name: 'basvideo_http_refusals_total',
    help: 'Requests that were refused, by the code of the problem',
    labelNames: ['code'],
    registers: [registry],
  })
  const storeCalls = makeDurations(registry, 'basvideo_store_call_duration_seconds', 'Time of one call of a store, including retries', ['store', 'operation', 'outcome'])
  const dynamodbRequests = makeDurations(registry, 'basvideo_dynamodb_request_duration_seconds', 'Time of one request to DynamoDB', ['command'])
  const groupUnits = new Histogram({
    name: 'basvideo_dynamodb_group_units',
    help: 'Transactions that go out in one call',
    buckets: [1, 2, 4, 8, 16, 24, 32],
    registers: [registry],
  })
  const groupWaits = makeDurations(registry, 'basvideo_dynamodb_group_wait_seconds', 'Time that a transaction waits for the call in which it goes out', [])
  const groupConflicts = new Counter({
    name: 'basvideo_dynamodb_group_conflicts_total',
    help: 'Calls of several transactions that a conflict or a throttled partition has spoilt',
    registers: [registry],
  })
  const gatewayCalls = makeDurations(registry, 'basvideo_gateway_call_duration_seconds', 'Time of one call of a payment gateway, by its answer', ['provider', 'operation', 'outcome'])
  const paymentEvents = new Counter({
    name: 'basvideo_payment_events_total',
    help: 'Events of payments: created, succeeded, failed, refunds, disputes, flags',
    labelNames: ['provider', 'type'],
    registers: [registry],
  })
  const outboxEvents = new Counter({
    name: 'basvideo_outbox_events_total',
    help: 'Outbox events that this process has finished: with an effect, without one, or parked',
    labelNames: ['outcome'],
    registers: [registry],
  })
  const outboxParked = new Gauge({
    name: 'basvideo_outbox_parked',
    help: 'Parked outbox events, counted up to 1000; every process reports the same figure',
    aggregator: 'max',
    registers: [registry],
  })
  const roundLeft = new Gauge({
    name: 'basvideo_round_left',
    help: 'Payments that the last finished daily round did not reach, or about which a provider did not answer, counted up to 10000; every process reports the same figure',
    aggregator: 'max',
    registers: [registry],
  })
  const notifications = new Counter({
    name: 'basvideo_notifications_total',
    help: 'Notifications that this process has handled, by their state afterwards',
    labelNames: ['kind', 'state'],
    registers: [registry],
  })
  const notificationsDead = new Gauge({
    name: 'basvideo_notifications_dead',
    help: 'Notifications that will not be sent unless a person retries them, counted up to 100; every process reports the same figure',
    aggregator: 'max',
    registers: [registry],
  })
  const droppedCounter = (name: string, help: string, count: () => number): void => {
    const counter: Counter = new Counter({
      name,
      help,
      registers: [registry],
      collect: () => {
        counter.reset()
        counter.inc(count())
      },
    })
  }
  droppedCounter('basvideo_log_lines_dropped_total', 'Log lines that this process has dropped, because its log was full, frozen or gone', dropped.lines)
  droppedCounter('basvideo_error_log_dropped_total', 'Occurrences that the error log of this process has counted without their error, because it held too many errors', dropped.errors)
  droppedCounter('basvideo_performance_log_dropped_total', 'Rows of five minutes that this process has dropped of its performance log, because they could not be written', dropped.rows)
  const unreadableRows = new Counter({
    name: 'basvideo_rows_unreadable_total',
    help: 'Times that a list has left out a row of a table that it could not read, or shown it with defaults',
    labelNames: ['table'],
    registers: [registry],
  })
  const erasureFailures = new Counter({
    name: 'basvideo_erasure_failures_total',
    help: 'What of deleted people this process could not clear, by step; it is tried again',
    labelNames: ['step'],
    registers: [registry],
  })
  const liveConnections = new Gauge({ name: 'basvideo_live_connections', help: 'Streams that this process keeps open', registers: [registry] })
  const liveDeliveries = new Counter({ name: 'basvideo_live_deliveries_total', help: 'Events that were written to a stream, one for each reader', registers: [registry] })
  const slowCut = new Counter({ name: 'basvideo_live_slow_cut_total', help: 'Streams that were cut off, because too much waited for their reader', registers: [registry] })
  const resumes = new Counter({
    name: 'basvideo_live_resume_total',
    help: 'Streams that began, by where their first events came from: now, memory or store',
    labelNames: ['from'],
    registers: [registry],
  })
  const busMessages = new Counter({
    name: 'basvideo_live_bus_messages_total',
    help: 'Messages between processes: sent, lost because the bus was away, and received',
    labelNames: ['result'],
    registers: [registry],
  })
  /** When the oldest event of each shard was written, in milliseconds since 1970. */
  const waiting = new Map<number, number>()
  const outboxLagS = (): number => Math.max(0, ...waiting.values().map((since) => (Date.now() - since) / 1000))
  const outboxLag = new Gauge({
    name: 'basvideo_outbox_lag_seconds',
    help: 'Age of the oldest event that waits in the shards of this process, 0 without one',
    aggregator: 'max',
    registers: [registry],
    // Computed when scraped, because the age grows while no dispatcher runs.
    collect: () => { outboxLag.set(outboxLagS()) },
  })
  /** The figures of the journal, where there is one. */
  let look: () => JournalFigures = () => ({ isAway: false, depth: 0, oldestMs: null, quarantined: 0 })
  const journalGauge = (name: string, help: string, aggregator: 'sum' | 'max', value: (figures: JournalFigures) => number): Gauge => {
    const gauge: Gauge = new Gauge({ name, help, aggregator, registers: [registry], collect: () => { gauge.set(value(look())) } })
    return gauge
  }
  journalGauge('basvideo_store_away', '1 while DynamoDB is away and writes go to the journal', 'max', ({ isAway }) => Number(isAway))
  journalGauge('basvideo_journal_depth', 'Writes in the journal of this process', 'sum', ({ depth }) => depth)
  journalGauge('basvideo_journal_oldest_seconds', 'Age of the oldest write in the journal, 0 without one', 'max', ({ oldestMs }) => oldestMs === null ? 0 : (Date.now() - oldestMs) / 1000)
  journalGauge('basvideo_journal_quarantined', 'Writes of the journal in quarantine', 'sum', ({ quarantined }) => quarantined)
  const carriedOut = new Counter({
    name: 'basvideo_journal_carried_out_total',
    help: 'Writes of the journal that were carried out',
    registers: [registry],
  })
  return {
    observeRequest: ({ method, route, status, refusal, seconds }: { method: string, route: string, status: number, refusal: string | null, seconds: number, requestId: string, traceId: string }): void => {
      requests.observe({ method, route, status }, seconds)
      if (refusal !== null) refusals.inc({ code: refusal })
    },
    observeStoreCall: (store: string, operation: string, outcome: 'ok' | 'error', seconds: number): void => {
      storeCalls.observe({ store, operation, outcome }, seconds)
    },
    observeDynamodbRequest: (command: string, seconds: number): void => {
      dynamodbRequests.observe({ command }, seconds)
    },
    groupObserver: {
      onCall: (waits: readonly number[]): void => {
        groupUnits.observe(waits.length)
        for (const seconds of waits) groupWaits.observe({}, seconds)
      },
      onSpoilt: (): void => { groupConflicts.inc() },
    },
    observeGatewayCall: (provider: string, operation: string, outcome: string, seconds: number): void => {
      gatewayCalls.observe({ provider, operation, outcome }, seconds)
    },
    countPaymentEvent: (provider: string, type: string): void => {
      paymentEvents.inc({ provider, type })
    },
    countOutboxEvents: (outcome: 'completed' | 'discarded' | 'parked', count: number): void => {
      outboxEvents.inc({ outcome }, count)
    },
    countNotification: (kind: string, state: string): void => {
      notifications.inc({ kind, state })
    },
    countUnreadableRow: (table: string): void => { unreadableRows.inc({ table }) },
    countErasureFailure: (step: string): void => { erasureFailures.inc({ step }) },
    setLiveConnections: (count: number): void => { liveConnections.set(count) },
    countLiveDeliveries: (count: number): void => { liveDeliveries.inc(count) },
    countSlowCut: (): void => { slowCut.inc() },
    countResume: (from: 'now' | 'memory' | 'store'): void => { resumes.inc({ from }) },
    countBusMessage: (result: 'sent' | 'lost' | 'received'): void => { busMessages.inc({ result }) },
    setRoundLeft: (count: number): void => { roundLeft.set(count) },
    outboxLagS,
    setOutboxParked: (count: number): void => { outboxParked.set(count) },
    setOutboxWaiting: (shard: number, since: number | null): void => {
      if (since === null) waiting.delete(shard)
      else waiting.set(shard, since)
    },
    setNotificationsDead: (count: number): void => { notificationsDead.set(count) },
    watchService: ({ version, providers, connections, seldom }: Surroundings): void => {
      for (const { name: provider } of providers()) {
        for (const type of seldom.paymentEvents) paymentEvents.inc({ provider, type }, 0)
        gatewayCalls.zero({ provider, operation: 'charge', outcome: 'refused' })
      }
      for (const code of seldom.refusals) refusals.inc({ code }, 0)
      for (const from of ['now', 'memory', 'store']) resumes.inc({ from }, 0)
      for (const result of ['sent', 'lost', 'received']) busMessages.inc({ result }, 0)
      for (const table of seldom.tables) unreadableRows.inc({ table }, 0)
      for (const step of seldom.erasureSteps) erasureFailures.inc({ step }, 0)
      const build = new Gauge({ name: 'basvideo_build_info', help: '1, with the version of the service and of Node', labelNames: ['version', 'node'], aggregator: 'first', registers: [registry] })
      build.set({ version, node: process.versions.node }, 1)
      const providerUp: Gauge = new Gauge({
        name: 'basvideo_provider_up',
        help: '1 while a payment provider takes new payments, 0 while its breaker is open',
        labelNames: ['provider'],
        aggregator: 'min',
        registers: [registry],
        collect: () => { for (const { name, isUp } of providers()) providerUp.set({ provider: name }, Number(isUp)) },
      })
      const open: Gauge = new Gauge({
        name: 'basvideo_http_connections',
        help: 'Open connections of clients',
        registers: [registry],
        collect: async () => { open.set(await connections()) },
      })
    },
    watchStore: (status: () => JournalFigures): void => { look = status },
    countCarriedOut: (): void => { carriedOut.inc() },
    render: async (): Promise<{ contentType: string, body: string }> => ({ contentType: registry.contentType, body: await registry.metrics() }),
    figures: async (): Promise<Figures> => await registry.getMetricsAsJSON(),
    close: (): void => { registry.clear() },
  }
}

export type Metrics = ReturnType<typeof makeMetrics>
