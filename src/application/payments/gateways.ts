import { DomainError } from '../../domain/errors.js'
import type { PaymentGateway } from '../ports/payment-gateway.js'

/** The configured providers, the preferred one first. */
export type Gateways = readonly [PaymentGateway, ...PaymentGateway[]]

/** The provider of that name; null where it is not configured any more. */
export function gatewayOf (gateways: Gateways, provider: string): PaymentGateway | null {
  return gateways.find((gateway) => gateway.provider === provider) ?? null
}

/** The provider of that name, or the preferred one. @throws unknown_provider */
export function chooseGateway (gateways: Gateways, provider: string | null): PaymentGateway {
  if (provider === null) return gateways[0]
  const gateway = gatewayOf(gateways, provider)
  if (gateway === null) throw new DomainError('unknown_provider', 'this payment provider is not configured')
  return gateway
}
