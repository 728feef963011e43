import { createHash } from 'node:crypto'
import { AccessToken, TokenVerifier, WebhookEvent } from 'livekit-server-sdk'
import type { WebhookDelivery } from '#application/ports/payment-gateway.js'
import type { VideoProvider, VideoWebhook } from '#application/ports/video-provider.js'
import { DomainError } from '#domain/errors.js'
import type { LiveKitSettings } from './settings.js'

/** Events of a person who comes to publish or goes, and that of the end of the room. Others say nothing of it. */
const PRESENCE: ReadonlyMap<string, boolean> = new Map([['track_published', true], ['track_unpublished', false], ['participant_left', false], ['room_finished', false]])

/** What the key of a LiveKit project does without asking LiveKit: tokens of people, and the check of its webhooks. */
export function makeCredentials ({ url, apiKey, apiSecret }: LiveKitSettings): Pick<VideoProvider, 'issueToken' | 'verifyWebhook'> {
  const verifier = new TokenVerifier(apiKey, apiSecret)
  return {
    issueToken: async ({ roomId, identity, canPublish, expiresAt }) => {
      const token = new AccessToken(apiKey, apiSecret, { identity, ttl: Math.max(1, Math.floor((Date.parse(expiresAt) - Date.now()) / 1000)) })
      token.addGrant({ roomJoin: true, room: roomId, canPublish, canSubscribe: true, canPublishData: false })
      return { url, token: await token.toJwt() }
    },
    verifyWebhook: async ({ headers, body }) => {
      await checkSignature(verifier, headers['authorization'], body)
      return webhookOf(body)
    },
  }
}

/** A webhook carries a token of the project that holds the digest of its bytes. Tokens of people hold none. @throws invalid_webhook_signature */
async function checkSignature (verifier: TokenVerifier, token: WebhookDelivery['headers'][string], body: Uint8Array): Promise<void> {
  const claims = await verifier.verify(String(token)).catch(() => null)
  if (claims === null) throw new DomainError('invalid_webhook_signature', 'the webhook has no valid token in Authorization')
  if (claims.sha256 !== createHash('sha256').update(body).digest('base64')) throw new DomainError('invalid_webhook_signature', 'the token of the webhook is not about this body')
}

/** @throws invalid_webhook */
function webhookOf (body: Uint8Array): VideoWebhook {
  const { id, event: type, room, participant } = eventIn(body)
  if (id === '' || type === '') throw new DomainError('invalid_webhook', 'the webhook is signed, but it has no id or no event')
  const isPresent = PRESENCE.get(type)
  if (isPresent === undefined || room === undefined) return { eventId: id, type, news: null }
  return { eventId: id, type, news: { roomId: room.name, identity: participant?.identity ?? null, isPresent } }
}

function eventIn (body: Uint8Array): WebhookEvent {
  try {
    return WebhookEvent.fromJsonString(Buffer.from(body).toString(), { ignoreUnknownFields: true })
  } catch (cause) {
    throw new DomainError('invalid_webhook', 'the webhook is signed, but it is not an event of LiveKit', { cause })
  }
}
