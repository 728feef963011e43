import { DomainError } from '../../domain/errors.js'
import type { PaymentGateway } from '../ports/payment-gateway.js'

/** The configured providers, the preferred one first. */
export type Gateways = readonly [PaymentGateway, ...PaymentGateway[]]

/** The provider of that name, or the preferred one. @throws unknown_provider */
export function chooseGateway (gateways: Gateways, provider: string | null): PaymentGateway {
  if (provider === null) return gateways[0]
  const gateway = gateways.find((candidate) => candidate.provider === provider)
  if (gateway === undefined) throw new DomainError('unknown_provider', 'this payment provider is not configured')
  return gateway
}
