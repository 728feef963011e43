import { DAY_MS } from '#domain/time.js'
import { makeMessageUseCases } from '#application/messages/use-cases.js'
import { makeShardDispatcher } from '#application/outbox/dispatch-shard.js'
import type { Effect } from '#application/outbox/effect.js'
import { makeDailyRound, type RoundObserver } from '#application/payments/daily-round.js'
import { makeCompletePayments } from '#application/payments/complete-payments.js'
import { makeCompleteWebhookEvents } from '#application/payments/webhook-events.js'
import type { Gateways } from '#application/payments/gateways.js'
import { makePaymentUseCases } from '#application/payments/use-cases.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Clock, Identity, Pause } from '#application/ports/system.js'
import { makeAnnounceOrders } from '#application/rooms/announce-orders.js'
import { makeChargeRooms } from '#application/rooms/charge-rooms.js'
import { makeClearChannels } from '#application/channels/clear-channels.js'
import { makeOpenChannel } from '#application/channels/open-channels.js'
import { makeChannelUseCases } from '#application/channels/use-cases.js'
import { makeOpenRoom } from '#application/rooms/open-rooms.js'
import { makeRoomUseCases } from '#application/rooms/use-cases.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import type { Stores } from '#application/ports/stores.js'
import type { Carriers } from '#application/shipping/carriers.js'
import { ROOM_RATE_MAX } from './rooms/room-world.js'
import { makeShipping } from './shipping/shipping-use-cases.js'
import { plainOrderTokens } from '../support/order-tokens.js'

/** All that the use cases of one node stand on. */
export interface Ports extends Pick<Stores, 'messages' | 'conversations' | 'messageReports' | 'payments' | 'webhookEvents' | 'orderIndex' | 'billing' | 'outbox' | 'stats' | 'attention' | 'rounds' | 'rooms' | 'feeds' | 'streamers' | 'channels' | 'channelFeeds' | 'shipments' | 'shipmentAddresses'> {
  readonly gateways: Gateways
  /** `manual` alone where no one ships. */
  readonly carriers: Carriers
  readonly identity: Identity
  readonly clock: Clock
  readonly pause: Pause
  readonly effects: readonly Effect[]
  readonly roundObserver: RoundObserver
  /** Questions of the daily round in any minute. */
  readonly perMinute: number
}

export type UseCases = ReturnType<typeof makeUseCases>

/** The use cases as the service has them. */
export function makeUseCases (given: Ports) {
  const ports = {
    ...given,
    orderTokens: { ...plainOrderTokens, required: false },
    returnUrlOrigins: () => [],
    shopTimeZone: 'UTC',
    callbackUrl: ({ paymentId, returnKey }: Pick<Payment, 'paymentId' | 'returnKey'>) => `https://api.example/${paymentId}?key=${returnKey}`,
    abandonMs: DAY_MS,
    isReachable: async () => true,
    firstMessagesPerDay: 0,
    requireStepUp: async () => {},
    stepUpAmounts: null,
    // Its clients have card after card declined, and are not to be slowed down.
    localAttempts: { find: async () => null, update: async () => null },
    declineBrake: { begin: async () => null, learn: async () => {}, end: () => {} },
  }
  const ofRooms = { ...ports, openRoom: makeOpenRoom(ports), roomRateMax: ROOM_RATE_MAX }
  const openChannel = makeOpenChannel({ ...ports, feeds: ports.channelFeeds })
  const { applyShipmentEvent, followRefunds, ...shipping } = makeShipping(ports)
  const dispatching = { ...ports, outboxObserver: { waiting: () => {}, ended: () => {}, parked: () => {}, suppressed: () => {} }, announceOrders: makeAnnounceOrders(ofRooms), followRefunds }
  return {
    ...makeMessageUseCases(ports),
    ...makePaymentUseCases(ports),
    ...makeRoomUseCases(ofRooms),
    ...shipping,
    chargeRooms: makeChargeRooms(ofRooms),
    ...makeChannelUseCases({ ...ports, openChannel }),
    openRoom: ofRooms.openRoom,
    openChannel,
    clearChannels: makeClearChannels(ports),
    completePayments: makeCompletePayments(ports),
    completeWebhookEvents: makeCompleteWebhookEvents({ ...ports, applyShipmentEvent }),
    dailyRound: makeDailyRound(ports),
    dispatchers: Array.from({ length: OUTBOX_SHARDS }, (_, shard) => makeShardDispatcher(dispatching, shard)),
  }
}
