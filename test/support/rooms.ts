import { adminToken, as, key, type Answer, type Body, type Headers, type TestService } from './service.js'

/** A streamer by the address that the issuer of their token has verified. */
export const streamer = as('ada', { email: 'ada@example.com', email_verified: true })
export const viewer = as('bora')
export const moderator = as('ceren')
export const stranger = as('deniz')

export interface RoomBody extends Body {
  readonly roomId: string
  readonly version: number
  readonly status: string
}

export interface RoomService extends TestService {
  /** Calls a route of the room. */
  readonly inRoom: (method: string, path: string, headers: Headers, body?: unknown) => Promise<Answer>
  readonly roomId: string
  /** Sends a text, which has to be taken. */
  readonly say: (who: Headers, text: string, more?: object) => Promise<Body>
}

/** The service with minutes of ada, and a room of theirs, in which ceren is a moderator; live unless told otherwise. */
export async function withRoom (service: TestService, { isLive = true, minutes = 10, body = {} }: { isLive?: boolean, minutes?: number, body?: object } = {}): Promise<RoomService> {
  const { call } = service
  await call('POST', '/api/admin/streamers/add', { ...adminToken, ...key('minutes') }, { email: 'ada@example.com', minutes })
  const made = await call('POST', '/api/rooms', { ...streamer, ...key('room') }, { title: 'Atkılar', ...body })
  const { roomId } = made.body as RoomBody
  const inRoom: RoomService['inRoom'] = async (method, path, headers, sent) => await call(method, `/api/rooms/${roomId}${path}`, headers, sent)
  await inRoom('PUT', '/members/ceren/moderator', streamer)
  if (isLive) await inRoom('POST', '/start', streamer)
  return {
    ...service,
    inRoom,
    roomId,
    say: async (who, text, more = {}) => {
      const { status, text: answer, body: message } = await inRoom('POST', '/messages', who, { text, ...more })
      if (status !== 201) throw new Error(`${status} ${answer}`)
      return message
    },
  }
}
