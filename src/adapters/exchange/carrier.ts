import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import type { Pace } from './pace.js'
import type { GatewaySurroundings, Provider, Values, Variables } from './provider.js'

export interface RunningCarrier {
  readonly carrier: ShippingCarrier
  /** Of a carrier that is asked over the network. */
  readonly pace?: Pace
  /** Ends what runs beside the calls of the carrier. */
  readonly close?: () => Promise<void>
}

export type MakeCarrier = (surroundings: GatewaySurroundings) => RunningCarrier

/** A carrier with its settings, ready to be loaded. */
export interface PreparedCarrier {
  /** As SHIPPING_CARRIERS and the shipments name it. */
  readonly name: string
  readonly settings: object
}

/** Everything that configuration, documentation and wiring know of a carrier. */
export interface CarrierDefinition {
  readonly name: string
  /** In the order of the documentation. */
  readonly variables: Variables
  readonly settings: (values: Values<Variables>, production: boolean) => object
  /** Loads the carrier, and its packages, which are slow to start: a service loads those that it uses. */
  readonly load: (settings: object) => Promise<MakeCarrier>
}

/** A carrier, its types inferred. */
export function defineCarrier<const Name extends string, const V extends Variables, Settings extends object> (
  { name, variables, settings: settingsOf, load }: Provider<Name, V, Settings, MakeCarrier>
): CarrierDefinition & { readonly name: Name, readonly variables: V } {
  return {
    name,
    variables,
    settings: (values, production) => settingsOf(values as Values<V>, production),
    load: async (settings) => await load(settings as Settings),
  }
}
