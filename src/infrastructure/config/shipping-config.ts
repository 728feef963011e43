import { DAY_MS } from '#domain/time.js'
import { readCarriers, type PreparedCarriers } from './carriers.js'
import type { EnvironmentValues } from './environment.js'
import type { Sources } from './provider-values.js'

export interface ShippingConfig {
  readonly carriers: PreparedCarriers
  /** How long the addresses of a shipment are kept after its end. */
  readonly shippingPiiMs: number
  /** Days that a seller has to ship an order. */
  readonly shipWithinDays: number
}

/** The configuration of shipping, and the secrets of all carriers. @throws ConfigError */
export function shippingConfig (sources: Sources & { readonly values: EnvironmentValues }): { readonly config: ShippingConfig, readonly secrets: readonly string[] } {
  const { carriers, secrets } = readCarriers(sources)
  const { SHIPPING_PII_DAYS: piiDays, SHIP_WITHIN_DAYS: shipWithinDays } = sources.values
  return { config: { carriers, shippingPiiMs: piiDays * DAY_MS, shipWithinDays }, secrets }
}
