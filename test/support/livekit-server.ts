import { claimsOf, VIDEO_KEY } from './video.js'
import { type Lasting, type ProviderReply, startProviderServer } from './provider-server.js'

const NOT_FOUND = { status: 404, body: { code: 'not_found', msg: 'requested object does not exist' } }

/** A stand-in for LiveKit's room service on a real socket. It takes tokens of VIDEO_KEY with the right the method needs. */
export async function startLiveKitServer (t: Lasting) {
  const tracks = new Map<string, number>()
  const keyOf = (roomId: string, identity: string): string => `${roomId}/${identity}`

  const server = await startProviderServer(t, ({ path, headers, body }): ProviderReply => {
    const method = /^\/twirp\/livekit\.RoomService\/(\w+)$/.exec(path)?.[1]
    const { room = '', identity = '' } = JSON.parse(body.toString()) as { room?: string, identity?: string }
    if (!isAllowed(String(headers.authorization), method === 'DeleteRoom', room)) return { status: 401, body: { code: 'unauthenticated', msg: `permissions denied for ${identity}` } }
    const count = tracks.get(keyOf(room, identity))
    switch (method) {
      case 'GetParticipant':
        return count === undefined ? NOT_FOUND : { body: { sid: 'PA_1', identity, tracks: Array.from({ length: count }, (_, track) => ({ sid: `TR_${track}`, type: 'VIDEO' })), somethingNew: 1 } }
      case 'RemoveParticipant':
        return tracks.delete(keyOf(room, identity)) ? { body: {} } : NOT_FOUND
      default: {
        const keys = [...tracks.keys()].filter((key) => key.startsWith(`${room}/`))
        for (const key of keys) tracks.delete(key)
        return keys.length > 0 ? { body: {} } : NOT_FOUND
      }
    }
  })
  return {
    ...server,
    /** A person is in a room, with so many tracks. */
    join: (roomId: string, identity: string, count: number) => { tracks.set(keyOf(roomId, identity), count) },
  }
}

function isAllowed (authorization: string, isOfAll: boolean, room: string): boolean {
  try {
    const { iss, exp, video } = claimsOf(authorization.slice('Bearer '.length)) as { iss: string, exp: number, video: Record<string, unknown> }
    return iss === VIDEO_KEY && exp > Date.now() / 1000 && (isOfAll ? video['roomCreate'] === true : video['roomAdmin'] === true && video['room'] === room)
  } catch {
    return false
  }
}
