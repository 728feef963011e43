import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import type { Carriers } from '#application/shipping/carriers.js'
import { withCarrierBreaker } from '#adapters/breaker/carrier-breaker.js'
import { withMethods } from '#adapters/durability/proxy.js'
import type { GatewaySurroundings } from '#adapters/exchange/provider.js'
import type { MakeCarrier, RunningCarrier } from '#adapters/exchange/carrier.js'
import { makePace, type Pace } from '#adapters/exchange/pace.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import { loadCarrier, type PreparedCarriers } from '../config/carriers.js'
import type { BeginCall } from '../runtime/tracing.js'
import { measuredCarrier, type TroubleLog, withCarrierTroubleLogged } from './measured.js'

/** In order of preference. */
export type CarrierFactories = readonly [MakeCarrier, ...MakeCarrier[]]
export type RunningCarriers = readonly [RunningCarrier, ...RunningCarrier[]]

/** Loads the configured carriers and no others: their packages are slow to start. */
export async function loadCarriers ([first, ...others]: PreparedCarriers): Promise<CarrierFactories> {
  return [await loadCarrier(first), ...await Promise.all(others.map(loadCarrier))]
}

export function makeRunningCarriers ([first, ...others]: CarrierFactories, surroundings: GatewaySurroundings): RunningCarriers {
  return [first(surroundings), ...others.map((make) => make(surroundings))]
}

/** The carriers as use cases see them: each measured, at its own pace, its unknown outcomes logged, and behind a breaker of its own. */
export function makeCarriers ([first, ...others]: RunningCarriers, metrics: Metrics, logger: TroubleLog, beginCall?: BeginCall): Carriers {
  const guarded = ({ carrier, pace }: RunningCarrier) => {
    const measured = measuredCarrier(carrier, metrics, beginCall)
    return withCarrierBreaker(withCarrierTroubleLogged(pace === undefined ? measured : withPace(measured, pace), logger))
  }
  return [guarded(first), ...others.map(guarded)]
}

/** A carrier whose calls wait for their turn. */
export function withPace (carrier: ShippingCarrier, pace: Pace): ShippingCarrier {
  const paced = makePace(pace)
  return withMethods(carrier, {
    quote: async (request) => await paced(async () => await carrier.quote(request)),
    create: async (request, progress) => await paced(async () => await carrier.create(request, progress)),
    find: async (shipment, now) => await paced(async () => await carrier.find(shipment, now)),
    label: async (shipment, format) => await paced(async () => await carrier.label(shipment, format)),
    track: async (shipment) => await paced(async () => await carrier.track(shipment)),
    cancel: async (shipment) => await paced(async () => await carrier.cancel(shipment)),
  })
}
