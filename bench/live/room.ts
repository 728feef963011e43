import { adminTokenOf, streamerTokenOf, tokenOf } from '../caller.js'
import { markedText } from './marker.js'

/** People who write in turns, so that none is slowed down. */
const WRITERS = 400

export interface LiveRoom {
  /** The path of its stream. */
  readonly path: string
  /** Writes a message of some length, each time as another person. */
  readonly say: (length: number) => Promise<void>
}

/** A live room of a service, made through its routes. */
export async function openRoom (url: string): Promise<LiveRoom> {
  const streamer = { authorization: `Bearer ${streamerTokenOf('ada', 'ada@example.com')}` }
  const admin = { authorization: `Bearer ${adminTokenOf('admin')}` }
  await post('/api/admin/streamers/add', admin, 'streamer', { email: 'ada@example.com', minutes: 1000 })
  const { roomId } = await post('/api/rooms', streamer, 'room', { title: 'Atkılar' }) as { roomId: string }
  await post(`/api/rooms/${roomId}/start`, streamer, 'start', {})
  let written = 0
  return {
    path: `/api/rooms/${roomId}/events`,
    say: async (length) => {
      const number = written++
      await post(`/api/rooms/${roomId}/messages`, { authorization: `Bearer ${tokenOf(`writer-${number % WRITERS}`)}` }, `message ${number}`, { text: markedText(length), clientMessageId: `c-${number}` })
    },
  }

  async function post (path: string, headers: Readonly<Record<string, string>>, key: string, body: object): Promise<unknown> {
    const response = await fetch(url + path, { method: 'POST', headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': key }, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return await response.json()
  }
}
