import { asFunction, asValue, createContainer, type AwilixContainer, type Resolver } from 'awilix'
import type { Gateways } from '#application/payments/gateways.js'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import { STORE_NAMES, type StoreName } from '#application/ports/stores.js'
import { withBreaker } from '#adapters/breaker/gateway-breaker.js'
import { RequestFreshness } from '#adapters/http/shared/freshness.js'
import { scryptPasswords } from '#adapters/passwords/scrypt.js'
import { makeBackground } from '#adapters/system/background.js'
import { clock } from '#adapters/system/clock.js'
import { identity } from '#adapters/system/identity.js'
import { jwksTokenVerifier } from '#adapters/tokens/jwks-tokens.js'
import { secretTokenVerifier } from '#adapters/tokens/secret-tokens.js'
import { makeAccounts } from './accounts.js'
import type { Access, Cradle, Outside } from './cradle.js'
import { measuredGateway, measuredStores } from './measured.js'
import { makeNotifying } from './notifications.js'
import type { Provider } from './providers.js'
import { outboxObserver } from './outbox-jobs.js'
import { makeDurability } from './durability.js'
import { makeUseCases } from './use-cases.js'
import { makeJobs } from './jobs.js'

const single = <T>(make: (cradle: Cradle) => T) => asFunction(make).singleton()

export function buildContainer (outside: Outside): AwilixContainer<Cradle> {
  const container = createContainer<Cradle>({ strict: true })
  const registrations: { [N in Exclude<keyof Cradle, StoreName>]: Resolver<Cradle[N]> } = {
    config: asValue(outside.config),
    logger: asValue(outside.logger),
    metrics: asValue(outside.metrics),
    clock: asValue(outside.clock ?? clock),
    identity: asValue(outside.identity ?? identity),
    publicUrl: asValue(outside.publicUrl),
    localUrl: asValue(outside.localUrl),
    openedStores: single(() => outside.openedStores).disposer(async (store) => { await store.close() }),
    journal: asValue(outside.journal),
    providerMakers: asValue(outside.providerMakers),
    freshness: single(() => new RequestFreshness()),
    durability: single(makeDurability).disposer(async (durability) => { await durability.close() }),
    quarantine: single(({ durability }) => durability.quarantine),
    stores: single(({ durability, metrics }) => measuredStores(durability.stores, metrics)),
    notifier: single(({ notifying }) => outside.notifier ?? notifying.notifier),
    passwords: single(() => outside.passwords ?? scryptPasswords()),
    runningBackground: single(({ logger }) => outside.runningBackground ?? makeBackground((error) => { logger.error({ err: error }, 'work after an answer has failed') })),
    background: single(({ runningBackground }) => runningBackground.run),
    notifying: single(({ config, logger, metrics, identity, publicUrl, notifications, notificationPreferences, payments, conversations, users, clock }) =>
      makeNotifying({ config, logger, metrics, identity, publicUrl, notifications, notificationPreferences, payments, conversations, users, clock })),
    returnUrlOrigins: single(({ config, publicUrl }) => () => config.returnUrlOrigins.length > 0 ? config.returnUrlOrigins : [publicUrl()]),
    callbackUrl: single(({ publicUrl }) => (paymentId: string) => `${publicUrl()}/api/payments/${paymentId}/return`),
    providers: single(configuredProviders).disposer(async (providers) => { await Promise.all(providers.map(async ({ close }) => { await close?.() })) }),
    gateways: outside.gateways === undefined ? single(configuredGateways) : asValue(outside.gateways),
    providerPages: single(({ providers, notifying }) => [...providers.map(({ pages }) => pages).filter((pages) => pages !== undefined), ...notifying.pages]),
    access: single(configuredAccess),
    verifyToken: single(({ access }) => outside.verifyToken ?? access.verifyToken),
    useCases: single(makeUseCases),
    outboxObserver: single(outboxObserver),
    jobs: single(makeJobs),
  }
  container.register(registrations)
  // Each store under its own name, so that a use case asks for the stores that it uses.
  for (const name of STORE_NAMES) container.register(name, single(({ stores }) => stores[name]))
  return container
}

function configuredProviders (cradle: Cradle): Cradle['providers'] {
  const [first, ...others] = cradle.providerMakers
  return [first(cradle), ...others.map((make) => make(cradle))]
}

function configuredGateways ({ providers: [first, ...others], metrics }: Cradle): Gateways {
  const watched = ({ gateway }: Provider): PaymentGateway => withBreaker(measuredGateway(gateway, metrics))
  return [watched(first), ...others.map(watched)]
}

function configuredAccess (cradle: Cradle): Access {
  const { auth } = cradle.config
  if (auth.mode === 'secret') return { accounts: null, verifyToken: secretTokenVerifier(auth) }
  if (auth.mode === 'jwks') return { accounts: null, verifyToken: jwksTokenVerifier(auth) }
  const { verifyToken, ...accounts } = makeAccounts(cradle, auth)
  return { accounts, verifyToken }
}
