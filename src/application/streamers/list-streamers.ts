import type { Streamer } from '#domain/streamers/streamer.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { StreamerStore } from '../ports/streamer-store.js'

/** All streamers, newest first. */
export function makeListStreamers ({ streamers }: { streamers: StreamerStore }) {
  return async function listStreamers (page: PageRequest): Promise<Page<Streamer>> {
    return await streamers.list(page)
  }
}
