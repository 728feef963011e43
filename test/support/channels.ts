import { as, key, type Answer, type Body, type Headers, type TestService } from './service.js'

export const owner = as('ada')
export const member = as('bora')
export const moderator = as('ceren')
export const stranger = as('deniz')

export interface ChannelService extends TestService {
  readonly channelId: string
  /** Calls a route of the channel. */
  readonly inChannel: (method: string, path: string, headers: Headers, body?: unknown) => Promise<Answer>
  /** Sends a text, which has to be taken. */
  readonly say: (who: Headers, text: string, more?: object) => Promise<Body>
}

/** The service with a channel of ada, in which bora is a member and ceren a moderator. */
export async function withChannel (service: TestService, kind: 'public' | 'private' = 'public'): Promise<ChannelService> {
  const made = await service.call('POST', '/api/channels', { ...owner, ...key('channel') }, { name: 'Atkı sevenler', kind })
  const channelId = String(made.body['channelId'])
  const inChannel: ChannelService['inChannel'] = async (method, path, headers, sent) => await service.call(method, `/api/channels/${channelId}${path}`, headers, sent)
  await inChannel('PUT', '/members/bora', owner, { role: 'member' })
  await inChannel('PUT', '/members/ceren', owner, { role: 'moderator' })
  return {
    ...service,
    channelId,
    inChannel,
    say: async (who, text, more = {}) => {
      const { status, text: answer, body } = await inChannel('POST', '/messages', who, { text, ...more })
      if (status !== 201) throw new Error(`${status} ${answer}`)
      return body
    },
  }
}
