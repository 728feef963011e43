import type { VideoProvider } from '#application/ports/video-provider.js'
import type { makeCredentials } from './credentials.js'
import type { LiveKitSettings } from './settings.js'

/** So many rooms are remembered. */
const ROOMS_MAX = 1000

/**
 * A provider inside the service, for development and tests: its tokens and webhooks are those of LiveKit, so that a LiveKit server with the same key works with
 * them. Of who publishes it knows what its webhooks say.
 */
export function makeSimulatedVideo (settings: LiveKitSettings): VideoProvider {
  const publishing = new Map<string, Set<string>>()
  let loading: Promise<ReturnType<typeof makeCredentials>> | undefined

  /** LiveKit's packages take a second, which no start of development has to wait for. */
  async function credentials (): Promise<ReturnType<typeof makeCredentials>> {
    loading ??= import('./credentials.js').then(({ makeCredentials: make }) => make(settings))
    return await loading
  }

  function peopleIn (roomId: string): Set<string> {
    const people = publishing.get(roomId) ?? new Set()
    publishing.delete(roomId)
    publishing.set(roomId, people)
    for (const oldest of publishing.keys().take(Math.max(0, publishing.size - ROOMS_MAX))) publishing.delete(oldest)
    return people
  }

  return {
    provider: 'simulator',
    issueToken: async (request) => await (await credentials()).issueToken(request),
    isPublishing: async (roomId, identity) => ({ kind: 'known', isPublishing: publishing.get(roomId)?.has(identity) === true }),
    removeParticipant: async (roomId, identity) => {
      publishing.get(roomId)?.delete(identity)
      return { kind: 'ok' }
    },
    endRoom: async (roomId) => {
      publishing.delete(roomId)
      return { kind: 'ok' }
    },
    verifyWebhook: async (delivery) => {
      const webhook = await (await credentials()).verifyWebhook(delivery)
      const { news } = webhook
      if (news?.identity === null) publishing.delete(news.roomId)
      else if (news?.isPresent === true) peopleIn(news.roomId).add(news.identity)
      else if (news !== null) publishing.get(news.roomId)?.delete(news.identity)
      return webhook
    },
  }
}
