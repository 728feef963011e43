import type { Gateways } from '#application/payments/gateways.js'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import { withBreaker } from '#adapters/breaker/gateway-breaker.js'
import type { GatewaySurroundings, MakeGateway, RunningGateway } from '#adapters/exchange/provider.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import { loadGateway, type ProvidersSettings } from '../config/providers.js'
import type { BeginCall } from '../runtime/tracing.js'
import { measuredGateway, withTroubleLogged, type TroubleLog } from './measured.js'

/** In order of preference. */
export type GatewayFactories = readonly [MakeGateway, ...MakeGateway[]]
export type RunningGateways = readonly [RunningGateway, ...RunningGateway[]]

/** Loads the gateways of the configured providers and no others: their packages are slow to start. */
export async function loadGateways ([first, ...others]: ProvidersSettings): Promise<GatewayFactories> {
  return [await loadGateway(first), ...await Promise.all(others.map(loadGateway))]
}

export function makeRunningGateways ([first, ...others]: GatewayFactories, surroundings: GatewaySurroundings): RunningGateways {
  return [first(surroundings), ...others.map((make) => make(surroundings))]
}

/** The gateways as use cases see them: each measured, behind a breaker of its own. Operators read which provider takes no requests. */
export function makeGateways ([first, ...others]: RunningGateways, metrics: Metrics, logger: TroubleLog, beginCall?: BeginCall): Gateways {
  const guarded = ({ gateway }: RunningGateway): PaymentGateway => withBreaker(withTroubleLogged(measuredGateway(gateway, metrics, beginCall), logger))
  return [guarded(first), ...others.map(guarded)]
}
