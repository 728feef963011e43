import type { Timestamp } from '#domain/time.js'
import type { Refused, Unknown, WebhookDelivery } from './payment-gateway.js'

export interface VideoTokenRequest {
  readonly roomId: string
  /** As the provider knows the person. */
  readonly identity: string
  readonly canPublish: boolean
  readonly expiresAt: Timestamp
}

export interface VideoToken {
  /** Where the client connects. */
  readonly url: string
  readonly token: string
}

export type PublishingAnswer = { readonly kind: 'known', readonly isPublishing: boolean } | Refused | Unknown
/** `ok` also where there was no such person or room. */
export type VideoAnswer = { readonly kind: 'ok' } | Refused | Unknown

export interface VideoWebhook {
  /** The provider's id of the event, the same for each delivery. */
  readonly eventId: string
  readonly type: string
  /** Who came to publish or went, without an identity everyone. A hint: the provider may be late, and say it twice or out of order. Null: the event says nothing of the kind. */
  readonly news: { readonly roomId: string, readonly identity: string | null, readonly isPresent: boolean } | null
}

/** Who carries the picture and the sound of rooms. Its calls answer `unknown` for an unknown outcome, and never throw or report anything else for it. */
export interface VideoProvider {
  readonly provider: string
  readonly issueToken: (request: VideoTokenRequest) => Promise<VideoToken>
  readonly isPublishing: (roomId: string, identity: string) => Promise<PublishingAnswer>
  /** Cuts the connection of a person. Whether a token that they have opens another one is up to the provider. */
  readonly removeParticipant: (roomId: string, identity: string) => Promise<VideoAnswer>
  /** Cuts all connections. */
  readonly endRoom: (roomId: string) => Promise<VideoAnswer>
  /** @throws invalid_webhook_signature; invalid_webhook for a signed body that cannot be read */
  readonly verifyWebhook: (delivery: WebhookDelivery) => Promise<VideoWebhook>
}
