import { asFunction, asValue, createContainer, type AwilixContainer, type Resolver } from 'awilix'
import type { Gateways } from '../application/payments/gateways.js'
import type { PaymentGateway } from '../application/ports/payment-gateway.js'
import { withBreaker } from '../adapters/breaker/gateway-breaker.js'
import { RequestFreshness } from '../adapters/http/freshness.js'
import { clock } from '../adapters/system/clock.js'
import { identity } from '../adapters/system/identity.js'
import { jwksTokenVerifier } from '../adapters/tokens/jwks-tokens.js'
import { secretTokenVerifier } from '../adapters/tokens/secret-tokens.js'
import type { Cradle, Outside } from './cradle.js'
import { measuredGateway, measuredPersistence } from './measured.js'
import { makeProvider, type Provider } from './providers.js'
import { outboxObserver } from './outbox-works.js'
import { makeStandby } from './standby.js'
import { makeUseCases } from './use-cases.js'
import { makeWorks } from './works.js'

const single = <T>(make: (cradle: Cradle) => T) => asFunction(make).singleton()

export function buildContainer (outside: Outside): AwilixContainer<Cradle> {
  const container = createContainer<Cradle>({ strict: true })
  const registrations: { [N in keyof Cradle]: Resolver<Cradle[N]> } = {
    config: asValue(outside.config),
    logger: asValue(outside.logger),
    metrics: asValue(outside.metrics),
    clock: asValue(outside.clock ?? clock),
    identity: asValue(outside.identity ?? identity),
    publicUrl: asValue(outside.publicUrl),
    localUrl: asValue(outside.localUrl),
    store: single(() => outside.store).disposer(async (store) => { await store.close() }),
    journal: asValue(outside.journal),
    freshness: single(() => new RequestFreshness()),
    standby: single(makeStandby).disposer(async (standby) => { await standby.close() }),
    quarantine: single(({ standby }) => standby.quarantine),
    persistence: single(({ standby, metrics }) => measuredPersistence(standby.persistence, metrics)),
    messages: single(({ persistence }) => persistence.messages),
    conversations: single(({ persistence }) => persistence.conversations),
    payments: single(({ persistence }) => persistence.payments),
    streamers: single(({ persistence }) => persistence.streamers),
    webhookEvents: single(({ persistence }) => persistence.webhookEvents),
    orderIndex: single(({ persistence }) => persistence.orderIndex),
    outbox: single(({ persistence }) => persistence.outbox),
    stats: single(({ persistence }) => persistence.stats),
    returnUrlOrigins: single(({ config, publicUrl }) => () => config.returnUrlOrigins.length > 0 ? config.returnUrlOrigins : [publicUrl()]),
    callbackUrl: single(({ publicUrl }) => (paymentId: string) => `${publicUrl()}/api/payments/${paymentId}/return`),
    providers: single(configuredProviders).disposer(async (providers) => { await Promise.all(providers.map(async ({ close }) => { await close?.() })) }),
    gateways: outside.gateways === undefined ? single(configuredGateways) : asValue(outside.gateways),
    providerPages: single(({ providers }) => providers.map(({ pages }) => pages).filter((pages) => pages !== undefined)),
    verifyToken: single(({ config: { auth } }) => auth.mode === 'secret' ? secretTokenVerifier(auth) : jwksTokenVerifier(auth)),
    useCases: single(makeUseCases),
    outboxObserver: single(outboxObserver),
    works: single(makeWorks),
  }
  container.register(registrations)
  return container
}

function configuredProviders (cradle: Cradle): Cradle['providers'] {
  const [first, ...others] = cradle.config.providers
  return [makeProvider(first, cradle), ...others.map((settings) => makeProvider(settings, cradle))]
}

function configuredGateways ({ providers: [first, ...others], metrics }: Cradle): Gateways {
  const watched = ({ gateway }: Provider): PaymentGateway => withBreaker(measuredGateway(gateway, metrics))
  return [watched(first), ...others.map(watched)]
}
