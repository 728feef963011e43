import { asFunction, asValue, createContainer, type AwilixContainer, type Resolver } from 'awilix'
import { DAY_MS } from '#domain/time.js'
import { withRetention } from '#application/feeds/retention.js'
import { makeApiKeyCheck } from '#application/accounts/check-api-key.js'
import { makeOpenChannel } from '#application/channels/open-channels.js'
import { FeedTails } from '#application/live/feed-tails.js'
import { Viewers } from '#application/live/viewers.js'
import { makeOpenRoom } from '#application/rooms/open-rooms.js'
import { makeApplyShipmentEvent } from '#application/shipping/apply-shipment-event.js'
import { makeDeclineBrake } from '#application/payments/decline-brake.js'
import { makeSenderOf } from '#application/shipping/sender-address.js'
import { STORE_NAMES, type StoreName } from '#application/ports/stores.js'
import { makeUserCounts } from '#adapters/http/guards/request-counts.js'
import { makePlaces } from '#adapters/http/live/places.js'
import { RequestActors } from '#adapters/http/shared/actors.js'
import { RequestFreshness } from '#adapters/http/shared/freshness.js'
import { returnPath } from '#adapters/http/payments/return-routes.js'
import { MemoryAttemptStore } from '#adapters/memory/accounts/attempt-store.js'
import { makeScryptPasswords } from '#adapters/passwords/scrypt.js'
import { makeIsSmsCountry } from '#adapters/sms/countries.js'
import { makeOrderTokens } from '#adapters/tokens/order-tokens.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import { clock, identity, makeBackground, pause } from '#adapters/system/system.js'
import { Bell } from '../runtime/bell.js'
import { makeAccess } from './access.js'
import { withActors } from './acting.js'
import { CONSOLE_FOLDER, makeOperatorsConsole, makeOperatorsPages } from './console.js'
import type { Cradle, Outside } from './cradle.js'
import { makeCarriers, makeRunningCarriers } from './carriers.js'
import { makeDemo } from './demo.js'
import { makeGateways, makeRunningGateways } from './gateways.js'
import { makeErasureObserver, makeJobs, makeOutboxObserver, makeRoundObserver } from './jobs.js'
import { makeLive, makeReadTicket } from './live.js'
import { measuredStores, measuredVideo, withVideoTroubleLogged } from './measured.js'
import { makeNotifying } from './notifications.js'
import { makeDurability } from './durability.js'
import { makeUseCases } from './use-cases.js'
import { makeEventBell, makeOutboxBells, tellingStores, wakingStores } from './waking.js'

const nowMs = (): number => performance.now()

const single = <T>(make: (cradle: Cradle) => T) => asFunction(make).singleton()

/** Wires the service. Every entry is made when it is first asked for, from the entries that its factory names. */
export function makeContainer (outside: Outside): AwilixContainer<Cradle> {
  const container = createContainer<Cradle>({ strict: true })
  const registrations: { [Name in Exclude<keyof Cradle, StoreName>]: Resolver<Cradle[Name]> } = {
    // Configuration and surroundings.
    config: asValue(outside.config),
    logger: asValue(outside.logger),
    metrics: asValue(outside.metrics),
    tracing: asValue(outside.tracing),
    errorBuffer: asValue(outside.errorBuffer),
    performanceBuffer: asValue(outside.performanceBuffer),
    clock: asValue(outside.clock ?? clock),
    identity: asValue(outside.identity ?? identity),
    pause: asValue(pause),
    publicUrl: asValue(outside.publicUrl),
    localUrl: asValue(outside.localUrl),
    runningBackground: single(({ logger }) => outside.runningBackground ?? makeBackground((error) => { logger.error({ err: error }, 'a background task failed') })),
    background: single(({ runningBackground }) => runningBackground.run),

    // Stores: as opened, then with a journal for outages, then measured; the feeds of rooms expire; the dispatchers of the outbox are woken.
    openedStores: single(() => outside.openedStores).disposer(async (stores) => { await stores.close() }),
    journal: asValue(outside.journal),
    freshness: single(() => new RequestFreshness()),
    actors: single(() => new RequestActors()),
    durability: single(makeDurability).disposer(async (durability) => { await durability.close() }),
    quarantine: single(({ durability }) => outside.shared?.quarantine ?? durability.quarantine),
    outboxBells: single(makeOutboxBells),
    stores: single(({ durability, metrics, tracing, clock, config, bus, bells, actors }) => {
      const measured = measuredStores(durability.stores, metrics, tracing.beginCall)
      const woken = wakingStores({ ...measured, feeds: withRetention(measured.feeds, { clock, keptMs: config.roomRetentionMs }) }, bells)
      return withActors(tellingStores(woken, { bus, bells }), actors.current)
    }),

    // Gateways of the payment providers.
    runningGateways: single((cradle) => makeRunningGateways(outside.gatewayFactories, cradle))
      .disposer(async (running) => { await Promise.all(running.map(async ({ close }) => { await close?.() })) }),
    gateways: single(({ runningGateways, metrics, logger, tracing }) => outside.gateways ?? makeGateways(runningGateways, metrics, logger, tracing.beginCall)),
    runningCarriers: single((cradle) => makeRunningCarriers(outside.carrierFactories, cradle))
      .disposer(async (running) => { await Promise.all(running.map(async ({ close }) => { await close?.() })) }),
    carriers: single(({ runningCarriers, metrics, logger, tracing }) => outside.carriers ?? makeCarriers(runningCarriers, metrics, logger, tracing.beginCall)),
    shippingPiiMs: single(({ config }) => config.shippingPiiMs),
    senderOf: single((cradle) => makeSenderOf(cradle)),
    applyShipmentEvent: single((cradle) => makeApplyShipmentEvent(cradle)),
    shopTimeZone: asValue(outside.config.shopTimeZone),
    orderTokens: single(({ config }) => makeOrderTokens(config.orders)),
    returnUrlOrigins: single(({ config, publicUrl }) => () => config.returnUrlOrigins.length > 0 ? config.returnUrlOrigins : [publicUrl()]),
    callbackUrl: single(({ publicUrl }) => (payment) => `${publicUrl()}${returnPath(payment)}`),
    localAttempts: single(() => new MemoryAttemptStore()),
    declineBrake: single((cradle) => outside.shared?.declineBrake ?? makeDeclineBrake(cradle)),

    knowsUsers: asValue(outside.config.auth.mode === 'local'),
    retainBillingYears: asValue(outside.config.retainBillingYears),
    secondPassMs: single(({ config, knowsUsers, abandonMs }) => DAY_MS + Math.max(abandonMs, knowsUsers ? 0 : config.tokenMaxMs)),
    abandonMs: single(({ config }) => config.abandonMs),
    firstMessagesPerDay: asValue(outside.config.firstMessagesPerDay),
    roomRateMax: asValue(outside.config.roomRateMax),
    video: single(({ metrics, logger, tracing }) => outside.loadedVideo && withVideoTroubleLogged(measuredVideo(outside.loadedVideo, metrics, tracing.beginCall), logger)),
    openRoom: single((cradle) => makeOpenRoom(cradle)),
    openChannel: single(({ channelFeeds, identity, clock, pause }) => makeOpenChannel({ feeds: channelFeeds, identity, clock, pause })),

    // Live delivery.
    bus: single(makeLocalBus),
    runningBus: single(({ logger, metrics, identity }) => outside.makeBus({ logger, metrics, identity })).disposer(({ close }) => { close() }),
    bells: single(({ runningBus }) => runningBus.bus),
    roomBell: single(() => new Bell()),
    channelBell: single(() => new Bell()),
    roomTails: single(({ feeds, bus, bells, roomBell }) => new FeedTails({ feeds, bus, bells, wake: () => { roomBell.ring() }, nowMs })),
    channelTails: single(({ channelFeeds, bus, bells, channelBell }) => new FeedTails({ feeds: channelFeeds, bus, bells, wake: () => { channelBell.ring() }, nowMs })),
    eventBell: single(makeEventBell),
    healthBell: single(() => new Bell()),
    places: single(() => outside.shared?.places ?? makePlaces()),
    countTyping: single(() => makeUserCounts(outside.shared?.countTogether ?? null, 'typing')),
    viewers: single(({ bells, identity }) => new Viewers({ bells, nodeId: identity.random('node'), nowMs })),
    live: single(makeLive),
    readTicket: single(makeReadTicket),

    // People: notifications, accounts, access tokens.
    isSmsCountry: single(({ config }) => makeIsSmsCountry(config.notifications.smsCountries)),
    notifying: single(makeNotifying),
    notifier: single(({ notifying }) => outside.notifier ?? notifying.notifier),
    passwords: single(() => outside.passwords ?? makeScryptPasswords()),
    access: single(makeAccess),
    requireStepUp: single(({ access }) => access.requireStepUp),
    stepUpAmounts: asValue(outside.config.stepUpAmounts),
    apiKeyCheck: single(makeApiKeyCheck),
    isReachable: single(({ access }) => outside.isReachable ?? access.isReachable),
    verifyToken: single(({ access }) => outside.verifyToken ?? access.verifyToken),

    // What the service does: use cases, pages, jobs.
    useCases: single(makeUseCases),
    demoPages: single(makeDemo),
    operatorsConsole: single(makeOperatorsConsole),
    consoleFolder: single(() => outside.consoleFolder ?? CONSOLE_FOLDER),
    consolePages: single(makeOperatorsPages),
    pages: single(({ runningGateways, notifying, consolePages, demoPages }) => [...runningGateways.flatMap(({ pages }) => pages ?? []), ...notifying.pages, ...consolePages, ...demoPages]),
    outboxObserver: single(makeOutboxObserver),
    roundObserver: single(makeRoundObserver),
    erasureObserver: single(makeErasureObserver),
    jobs: single(makeJobs),
  }
  container.register(registrations)
  // Each store under its own name, so that a factory names the stores that it uses.
  for (const name of STORE_NAMES) container.register(name, single(({ stores }) => stores[name]))
  return container
}
