import type { Carriers } from '#application/shipping/carriers.js'
import { withCarrierBreaker } from '#adapters/breaker/carrier-breaker.js'
import type { GatewaySurroundings } from '#adapters/exchange/provider.js'
import type { MakeCarrier, RunningCarrier } from '#adapters/exchange/carrier.js'
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

/** The carriers as use cases see them: each measured, its unknown outcomes logged, and behind a breaker of its own. */
export function makeCarriers ([first, ...others]: RunningCarriers, metrics: Metrics, logger: TroubleLog, beginCall?: BeginCall): Carriers {
  const guarded = ({ carrier }: RunningCarrier) => withCarrierBreaker(withCarrierTroubleLogged(measuredCarrier(carrier, metrics, beginCall), logger))
  return [guarded(first), ...others.map(guarded)]
}
