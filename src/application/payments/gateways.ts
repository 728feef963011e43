import { DomainError } from '#domain/errors.js'
import type { PaymentGateway } from '../ports/payment-gateway.js'

/** The gateways of the configured providers, the preferred one first. */
export type Gateways = readonly [PaymentGateway, ...PaymentGateway[]]

/** The gateway of a provider; null if the provider is no longer configured. */
export function gatewayOf (gateways: Gateways, provider: string): PaymentGateway | null {
  return gateways.find((gateway) => gateway.provider === provider) ?? null
}

/** The gateway of a provider. @throws unknown_provider */
export function requireGateway (gateways: Gateways, provider: string): PaymentGateway {
  const gateway = gatewayOf(gateways, provider)
  if (gateway === null) throw new DomainError('unknown_provider', 'this payment provider is not configured')
  return gateway
}

export interface Wanted {
  /** Null: any. */
  readonly provider: string | null
  readonly currency: string
  /** Whether the payer may pay in installments. */
  readonly installments: boolean
}

/**
 * The gateways that can charge in a currency and, if wanted, in installments, the preferred one first: that of the named provider, or
 * all if `provider` is null.
 *
 * @throws unknown_provider, unsupported_currency, not_offered
 */
export function gatewaysFor (gateways: Gateways, { provider, currency, installments }: Wanted): Gateways {
  const candidates = provider === null ? gateways : [requireGateway(gateways, provider)]
  const charging = candidates.filter(({ capabilities: { currencies } }) => currencies === null || currencies.includes(currency))
  if (charging.length === 0) throw new DomainError('unsupported_currency', 'no configured payment provider accepts this currency')
  const [preferred, ...others] = installments ? charging.filter((gateway) => gateway.installments?.currencies.includes(currency)) : charging
  if (preferred === undefined) throw new DomainError('not_offered', 'no configured payment provider takes installments in this currency')
  return [preferred, ...others]
}

/** Seconds until the provider should be tried again; null if it can be used now. */
export function outageOf (gateway: PaymentGateway): number | null {
  return gateway.outageS?.() ?? null
}

/**
 * The offer for the preferred provider or, while that does not answer, for the next one that answers and accepts the request.
 * Few others do: the token of one provider is unknown to another.
 *
 * @throws provider_unavailable; what `offer` throws for the preferred provider
 */
export function firstAnswering<Offer> ([preferred, ...others]: Gateways, offer: (gateway: PaymentGateway) => Offer): Offer {
  const wanted = offer(preferred)
  const retryAfterS = outageOf(preferred)
  if (retryAfterS === null) return wanted
  const offered = nextAnswering(others, offer)
  if (offered !== null) return offered
  throw new DomainError('provider_unavailable', 'the payment provider does not answer; you were not charged', { retryAfterS })
}

/** The offer for the first of these providers that answers and accepts the request; null if none does. */
export function nextAnswering<Offer> (others: readonly PaymentGateway[], offer: (gateway: PaymentGateway) => Offer): Offer | null {
  for (const other of others) {
    const offered = outageOf(other) === null ? unlessRefused(() => offer(other)) : null
    if (offered !== null) return offered
  }
  return null
}

/** Whether another provider than the preferred one may have been chosen while that did not answer. */
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
