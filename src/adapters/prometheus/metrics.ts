import { collectDefaultMetrics, Counter, Gauge, Histogram, type LabelValues, Registry } from 'prom-client'

interface KeptStore {
  readonly isAway: boolean
  readonly depth: number
  /** Milliseconds since 1970. */
  readonly oldestMs: number | null
  readonly quarantined: number
}

/** What the service counts of itself. Labels are few and bounded: never an id. */
export function makeMetrics () {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = durations(registry, 'basvideo_http_request_duration_seconds', 'Time from request to response, by route', ['method', 'route', 'status'])
  const storeCalls = durations(registry, 'basvideo_store_call_duration_seconds', 'Time of one call of a store, retries included', ['store', 'operation', 'outcome'])
  const dynamodbRequests = durations(registry, 'basvideo_dynamodb_request_duration_seconds', 'Time of one request to DynamoDB', ['command'])
  const gatewayCalls = durations(registry, 'basvideo_gateway_call_duration_seconds', 'Time of one call of a payment provider, by what it answered', ['provider', 'operation', 'outcome'])
  const paymentEvents = new Counter({
    name: 'basvideo_payment_events_total',
    help: 'What happened to payments: created, succeeded, failed, refunds, disputes, flags',
    labelNames: ['provider', 'type'],
    registers: [registry],
  })
  const outboxEvents = new Counter({
    name: 'basvideo_outbox_events_total',
    help: 'Events that this process has ended: with an effect, without one, or parked',
    labelNames: ['outcome'],
    registers: [registry],
  })
  const outboxParked = new Gauge({
    name: 'basvideo_outbox_parked',
    help: 'Events that wait for a person, counted up to 1000; the same from every process',
    registers: [registry],
  })
  const notifications = new Counter({
    name: 'basvideo_notifications_total',
    help: 'Notifications that this process has looked at, by how they stood afterwards',
    labelNames: ['kind', 'state'],
    registers: [registry],
  })
  /** Milliseconds since 1970 at which the oldest event of a shard was written. */
  const waiting = new Map<number, number>()
  const outboxLag = new Gauge({
    name: 'basvideo_outbox_lag_seconds',
    help: 'Age of the oldest event that waits in the shards of this process, 0 where none does',
    registers: [registry],
    // At the moment of asking: it grows while nobody gets on.
    collect: () => { outboxLag.set(Math.max(0, ...waiting.values().map((since) => (Date.now() - since) / 1000))) },
  })
  /** How the store is kept, where there is a journal. */
  let look: () => KeptStore = () => ({ isAway: false, depth: 0, oldestMs: null, quarantined: 0 })
  const kept = (name: string, help: string, value: (store: KeptStore) => number): Gauge => {
    const gauge: Gauge = new Gauge({ name, help, registers: [registry], collect: () => { gauge.set(value(look())) } })
    return gauge
  }
  kept('basvideo_store_away', '1 while DynamoDB is away and the journal takes its place', ({ isAway }) => Number(isAway))
  kept('basvideo_journal_depth', 'Writes that lie in the journal of this process alone', ({ depth }) => depth)
  kept('basvideo_journal_oldest_seconds', 'Age of the oldest of them, 0 where there is none', ({ oldestMs }) => oldestMs === null ? 0 : (Date.now() - oldestMs) / 1000)
  kept('basvideo_journal_quarantined', 'Writes of the journal that wait for a person', ({ quarantined }) => quarantined)
  const carriedOut = new Counter({
    name: 'basvideo_journal_carried_out_total',
    help: 'Writes of the journal that are in DynamoDB by now',
    registers: [registry],
  })
  return {
    observeRequest: ({ method, route, status, seconds }: { method: string, route: string, status: number, seconds: number }): void => {
      requests({ method, route, status }, seconds)
    },
    observeStoreCall: (store: string, operation: string, outcome: 'ok' | 'error', seconds: number): void => {
      storeCalls({ store, operation, outcome }, seconds)
    },
    observeDynamodbRequest: (command: string, seconds: number): void => {
      dynamodbRequests({ command }, seconds)
    },
    observeGatewayCall: (provider: string, operation: string, outcome: string, seconds: number): void => {
      gatewayCalls({ provider, operation, outcome }, seconds)
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
    setOutboxParked: (count: number): void => { outboxParked.set(count) },
    setOutboxWaiting: (shard: number, since: number | null): void => {
      if (since === null) waiting.delete(shard)
      else waiting.set(shard, since)
    },
    watchStore: (status: () => KeptStore): void => { look = status },
    countCarriedOut: (): void => { carriedOut.inc() },
    render: async (): Promise<{ contentType: string, body: string }> => ({ contentType: registry.contentType, body: await registry.metrics() }),
    close: (): void => { registry.clear() },
  }
}

export type Metrics = ReturnType<typeof makeMetrics>

/** Seconds: from a memory read to a provider's time-out. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Observations that may wait to be counted. */
const WAITING_MAX = 256

/**
 * A histogram of durations. What is observed is put down, and counted in one go before anybody looks: in between other work, where
 * nothing of it is at hand, counting takes longer.
 */
export function durations<Label extends string> (registry: Registry, name: string, help: string, labelNames: readonly Label[]) {
  let waiting: Array<{ readonly labels: LabelValues<Label>, readonly seconds: number }> = []
  const histogram = new Histogram({ name, help, labelNames, buckets: BUCKETS, registers: [registry], collect: count })

  function count (): void {
    const observed = waiting
    waiting = []
    for (const { labels, seconds } of observed) histogram.observe(labels, seconds)
  }

  return (labels: LabelValues<Label>, seconds: number): void => {
    if (waiting.push({ labels, seconds }) >= WAITING_MAX) count()
  }
}
