import type { FastifyPluginAsync } from 'fastify'
import type { Logger } from 'pino'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import type { Clock } from '#application/ports/clock.js'
import type { Identity } from '#application/ports/identity.js'
import type { ProviderName, ProviderSettings, ProvidersSettings, SimulatorSettings } from '../config/provider-settings.js'

/** A provider as its adapter brings it along. */
export interface Provider {
  readonly gateway: PaymentGateway
  /** Its own pages. */
  readonly pages?: FastifyPluginAsync
  /** Ends what goes on beside its calls. */
  readonly close?: () => Promise<void>
}

export interface ProviderSurroundings {
  readonly logger: Logger
  readonly clock: Clock
  readonly identity: Identity
  readonly publicUrl: () => string
  readonly localUrl: () => string
}

export type MakeProvider = (surroundings: ProviderSurroundings) => Provider

type Loaders = { readonly [Name in ProviderName]: (settings: Extract<ProviderSettings, { name: Name }>) => Promise<MakeProvider> }

/** Each provider that can be configured: one entry is all that an adapter needs to be used. */
const LOADERS: Loaders = {
  simulator: loadSimulator,
  stripe: async (settings) => {
    const { makeStripeGateway } = await import('#adapters/gateways/stripe/gateway.js')
    return () => ({ gateway: makeStripeGateway(settings) })
  },
  iyzico: async (settings) => {
    const { makeIyzicoGateway } = await import('#adapters/gateways/iyzico/gateway.js')
    return () => ({ gateway: makeIyzicoGateway(settings) })
  },
}

/** Loads the adapters of these providers and no others: their packages are slow to start. */
export async function loadProviders ([first, ...others]: ProvidersSettings): Promise<readonly [MakeProvider, ...MakeProvider[]]> {
  return [await loadProvider(first), ...await Promise.all(others.map(loadProvider))]
}

async function loadProvider<Name extends ProviderName> (settings: Extract<ProviderSettings, { name: Name }>): Promise<MakeProvider> {
  return await LOADERS[settings.name](settings)
}

async function loadSimulator ({ secrets }: SimulatorSettings): Promise<MakeProvider> {
  const { makeSimulator } = await import('#adapters/gateways/simulator/simulator.js')
  return ({ logger, clock, identity, publicUrl, localUrl }) => makeSimulator({
    secrets,
    webhookUrl: () => `${localUrl()}/api/payments/webhook/simulator`,
    pageUrl: (reference) => `${publicUrl()}/simulator/pay/${reference}`,
    clock,
    identity,
    onGivenUp: ({ error, ...undelivered }) => { logger.warn({ ...undelivered, err: error }, 'nobody took in a webhook of the simulator') },
  })
}
