import { makeLink } from '#adapters/workers/link.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { Hub } from '#infrastructure/workers/hub.js'
import type { NodeQuarantine } from '#application/ports/durability.js'
import { makeOwnQuarantine } from '#infrastructure/workers/quarantine.js'
import type { Primary, Worker } from '#infrastructure/workers/messages.js'
import { makeShared } from '#infrastructure/workers/shared.js'
import type { Test } from 'tap'
import { channelEnds } from './channel-ends.js'

const none = async (): Promise<never> => { throw new Error('nothing is in quarantine') }
const NOTHING: NodeQuarantine = { list: () => [], retry: none, resolve: none }

/** A worker of a start, in this process: what it shares, and what the hub has opened for it. */
export function workerOf (t: Test, hub: Hub, slot = 1, quarantine: NodeQuarantine = NOTHING) {
  const metrics = makeMetrics()
  t.teardown(metrics.close)
  const { one, other, state } = channelEnds()
  const { leave } = hub.enter(slot, (services) => makeLink<Worker>(one, services))
  let onMessage: (topic: string, message: string) => void = () => {}
  const worker: Worker = {
    publish: (topic, message) => { onMessage(topic, message) },
    figures: metrics.figures,
    ...makeOwnQuarantine(() => quarantine),
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
