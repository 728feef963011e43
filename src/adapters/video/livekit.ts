import { RoomServiceClient, ServerError } from 'livekit-server-sdk'
import type { Refused, Unknown } from '#application/ports/payment-gateway.js'
import type { VideoAnswer, VideoProvider } from '#application/ports/video-provider.js'
import { makeCredentials } from './credentials.js'
import type { LiveKitSettings } from './settings.js'

export interface LiveKitOptions extends LiveKitSettings {
  /** For a whole call. */
  readonly timeoutMs: number
}

const OF_ACCESS: ReadonlySet<number> = new Set([401, 403])

/** LiveKit, of one's own or in its cloud. */
export function makeLiveKit ({ timeoutMs, ...settings }: LiveKitOptions): VideoProvider {
  const { url, apiKey, apiSecret } = settings
  // Without failover: a call is not worth the time of several.
  const rooms = new RoomServiceClient(url, apiKey, apiSecret, { requestTimeout: timeoutMs / 1000, failover: false })
  const done = async (call: Promise<void>): Promise<VideoAnswer> => await answerOf(call.then(() => ({ kind: 'ok' })), { kind: 'ok' })
  return {
    provider: 'livekit',
    ...makeCredentials(settings),
    isPublishing: async (roomId, identity) => await answerOf(
      rooms.getParticipant(roomId, identity).then(({ tracks }) => ({ kind: 'known', isPublishing: tracks.length > 0 })),
      { kind: 'known', isPublishing: false }
    ),
    removeParticipant: async (roomId, identity) => await done(rooms.removeParticipant(roomId, identity)),
    endRoom: async (roomId) => await done(rooms.deleteRoom(roomId)),
  }
}

/** The answer of a call, or what went wrong, in words that name no person and no key. @param absent the answer where there is no such room or person */
async function answerOf<Answer> (call: Promise<Answer>, absent: Answer): Promise<Answer | Refused | Unknown> {
  return await call.catch((error: unknown) => {
    if (!(error instanceof ServerError)) return { kind: 'unknown', reason: isTimeout(error) ? 'LiveKit did not answer in time' : 'LiveKit gave no answer that can be read' }
    const { status, code = '' } = error
    if (status === 404 && code === 'not_found') return absent
    const named = /^[a-z_]{1,40}$/.test(code) ? code : 'no_code'
    if (OF_ACCESS.has(status)) return { kind: 'refused', about: 'access', code: named }
    return { kind: 'unknown', reason: `LiveKit answered with status ${status} and code ${named}` }
  })
}

function isTimeout (error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}
