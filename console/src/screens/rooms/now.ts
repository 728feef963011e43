import { api, read } from '../../api.js'

/** What goes on in a room. */
export interface Now {
  readonly viewers: number | null
  readonly orders: number
}

/** The people who watch a room, and its orders. Null where the service does not say, so that the list of rooms does not fail by one. */
export async function nowOf (roomId: string, signal: AbortSignal): Promise<Now | null> {
  const at = { params: { path: { roomId } }, signal }
  try {
    const [{ viewers }, { orders }] = await Promise.all([read(api.GET('/api/rooms/{roomId}', at)), read(api.GET('/api/rooms/{roomId}/stats', at))])
    return { viewers: viewers ?? null, orders }
  } catch {
    return null
  }
}
