import type { FastifyPluginAsync } from 'fastify'
import type { Logger } from 'pino'
import type { PaymentGateway } from '../application/ports/payment-gateway.js'
import type { Clock } from '../application/ports/clock.js'
import type { Identity } from '../application/ports/identity.js'
import { makeSimulator } from '../adapters/gateways/simulator/simulator.js'
import { ConfigError } from './environment.js'
import type { ProviderName, ProviderSettings, SimulatorSettings } from './provider-settings.js'

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

type Makers = { readonly [Name in ProviderName]?: (settings: Extract<ProviderSettings, { name: Name }>, surroundings: ProviderSurroundings) => Provider }

/** Each provider that can be configured: one entry is all that an adapter needs to be used. */
const MAKERS: Makers = {
  simulator: simulatorProvider,
}

/** @throws ConfigError for a provider that has no adapter yet */
export function makeProvider<Name extends ProviderName> (settings: Extract<ProviderSettings, { name: Name }>, surroundings: ProviderSurroundings): Provider {
  const make = MAKERS[settings.name]
  if (make === undefined) throw new ConfigError('PAYMENT_PROVIDERS', `names ${settings.name}, for which there is no adapter yet`)
  return make(settings, surroundings)
}

function simulatorProvider ({ secrets }: SimulatorSettings, { logger, clock, identity, publicUrl, localUrl }: ProviderSurroundings): Provider {
  return makeSimulator({
    secrets,
    webhookUrl: () => `${localUrl()}/api/payments/webhook/simulator`,
    pageUrl: (reference) => `${publicUrl()}/simulator/pay/${reference}`,
    clock,
    identity,
    onGivenUp: ({ error, ...undelivered }) => { logger.warn({ ...undelivered, err: error }, 'nobody took in a webhook of the simulator') },
  })
}
