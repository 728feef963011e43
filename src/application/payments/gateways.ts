import { DomainError } from '#domain/errors.js'
import type { PaymentGateway } from '../ports/payment-gateway.js'

/** The configured providers, the preferred one first. */
export type Gateways = readonly [PaymentGateway, ...PaymentGateway[]]

/** The provider of that name; null where it is not configured any more. */
export function gatewayOf (gateways: Gateways, provider: string): PaymentGateway | null {
  return gateways.find((gateway) => gateway.provider === provider) ?? null
}

/** The provider of that name. @throws unknown_provider */
export function requireGateway (gateways: Gateways, provider: string): PaymentGateway {
  const gateway = gatewayOf(gateways, provider)
  if (gateway === null) throw new DomainError('unknown_provider', 'this payment provider is not configured')
  return gateway
}

/**
 * Who may charge in that currency, the preferred provider first: the one that is named, or all that are configured.
 * @throws unknown_provider, unsupported_currency
 */
export function gatewaysFor (gateways: Gateways, provider: string | null, currency: string): Gateways {
  const candidates = provider === null ? gateways : [requireGateway(gateways, provider)]
  const [preferred, ...others] = candidates.filter(({ capabilities: { currencies } }) => currencies === null || currencies.includes(currency))
  if (preferred === undefined) throw new DomainError('unsupported_currency', 'no payment provider that may be used takes this currency')
  return [preferred, ...others]
}

/** Seconds until the provider is worth a try; null now. */
export function outageOf (gateway: PaymentGateway): number | null {
  return gateway.outageS?.() ?? null
}

/**
 * What is offered to the preferred provider, or where that is out, to the next one that answers and takes the request as it is:
 * a token of one provider is seldom one that another knows.
 *
 * @throws provider_unavailable; what `offer` throws for the preferred one
 */
export function firstAnswering<Offer> ([preferred, ...others]: Gateways, offer: (gateway: PaymentGateway) => Offer): Offer {
  const wanted = offer(preferred)
  const retryAfterS = outageOf(preferred)
  if (retryAfterS === null) return wanted
  for (const other of others) {
    const offered = outageOf(other) === null ? unlessRefused(() => offer(other)) : null
    if (offered !== null) return offered
  }
  throw new DomainError('provider_unavailable', 'the payment provider does not answer; nothing was charged', { retryAfterS })
}

/** Whether one of them but the preferred one may have been chosen while that was out. */
export function isChoiceOpen ([, ...others]: Gateways, offer: (gateway: PaymentGateway) => unknown): boolean {
  return others.some((other) => unlessRefused(() => offer(other)) !== null)
}

function unlessRefused<Offer> (offer: () => Offer): Offer | null {
  try {
    return offer()
  } catch (error) {
    if (error instanceof DomainError) return null
    throw error
  }
}
