import { DomainError } from '#domain/errors.js'
import { appliedEvent } from '#domain/payments/webhook-event.js'
import { heardMeter } from '#domain/rooms/meter.js'
import type { Timestamp } from '#domain/time.js'
import type { WebhookDelivery } from '../ports/payment-gateway.js'
import type { RoomStore } from '../ports/room-stores.js'
import type { Clock, Identity } from '../ports/system.js'
import type { VideoProvider, VideoWebhook } from '../ports/video-provider.js'
import type { WebhookEventStore } from '../ports/webhook-event-store.js'
import { makeInbox, type WebhookResult } from '../webhooks/inbox.js'

export interface VideoWebhookPorts {
  /** Null: there is none. */
  readonly video: VideoProvider | null
  readonly rooms: RoomStore
  readonly webhookEvents: WebhookEventStore
  readonly identity: Identity
  readonly clock: Clock
}

export interface HandleVideoWebhookCommand extends Omit<WebhookDelivery, 'now'> {
  readonly provider: string
}

/** How often a meter is read anew, because a charge came first. */
const TRIES_MAX = 10

/**
 * Notes that the streamer of a live room came or went. An event is no more than a reason to ask the provider later, so that one which cannot be noted does not
 * wait here: the provider sends it again. The inbox keeps those that changed something; viewers come and go all the time, and their events are not stored.
 *
 * @throws unknown_provider, invalid_webhook_signature, invalid_webhook, store_unavailable, store_busy
 */
export function makeHandleVideoWebhook (ports: VideoWebhookPorts) {
  const { video, rooms, webhookEvents, identity, clock } = ports
  const inbox = makeInbox(ports)

  return async function handleVideoWebhook ({ provider, ...delivery }: HandleVideoWebhookCommand): Promise<WebhookResult> {
    if (video === null || video.provider !== provider) throw new DomainError('unknown_provider', 'this video provider is not configured')
    const now = clock()
    const { eventId, type, news } = await video.verifyWebhook({ ...delivery, now })
    if (news === null) return 'ignored'
    const eventKey = inbox.eventKeyOf(`room:${provider}`, eventId)
    if (await inbox.isKnown(eventKey)) return 'duplicate'
    if (!await note(news, now)) return 'ignored'
    const { inserted } = await webhookEvents.insert(appliedEvent({
      eventKey,
      subject: 'room',
      subjectId: news.roomId,
      provider,
      type,
      state: 'applied',
      reason: null,
      tries: 0,
      paymentId: null,
      providerReference: null,
      fact: null,
      digest: identity.digest(delivery.body),
      receivedAt: now,
      dueAt: null,
    }))
    return inserted ? 'applied' : 'duplicate'
  }

  /** Whether it is news of the streamer of a live room. A charge of the same moment is never overwritten. @throws store_busy */
  async function note ({ roomId, identity: person, isPresent }: NonNullable<VideoWebhook['news']>, now: Timestamp): Promise<boolean> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const meter = await rooms.findMeter(roomId)
      // The room is unknown, not live yet, or over.
      if (meter === null || meter.dueAt === null) return false
      if (person !== null && person !== meter.streamerId) return false
      const heard = heardMeter(meter, isPresent, now)
      if (heard === meter) return false
      if (await rooms.moveMeter(meter, heard)) return true
    }
    throw new DomainError('store_busy', 'charges of the room came first for too long', { retryAfterS: 1 })
  }
}
