import { makeLink } from '#adapters/workers/link.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { Hub } from '#infrastructure/workers/hub.js'
import type { Primary, Worker } from '#infrastructure/workers/messages.js'
import { makeShared } from '#infrastructure/workers/shared.js'
import type { Test } from 'tap'
import { channelEnds } from './channel-ends.js'

/** A worker of a start, in this process: what it shares, and what the hub has opened for it. */
export function workerOf (t: Test, hub: Hub) {
  const metrics = makeMetrics()
  t.teardown(metrics.close)
  const { one, other, state } = channelEnds()
  const { leave } = hub.enter((services) => makeLink<Worker>(one, services))
  let onMessage: (topic: string, message: string) => void = () => {}
  const worker: Worker = {
    publish: (topic, message) => { onMessage(topic, message) },
    figures: metrics.figures,
    stop: () => {},
    retire: () => {},
  }
  const primary = makeLink<Primary>(other, worker)
  const shared = makeShared(primary, { startId: 'node_1', onMessage: (on) => { onMessage = on } })
  const bus = shared.busWith(makeLocalBus(), metrics.countBusMessage)
  return { shared, bus, metrics, primary, state, leave }
}

export function startOfTwo (t: Test) {
  const hub = new Hub()
  return { hub, one: workerOf(t, hub), other: workerOf(t, hub) }
}
