import type { Caller } from '#domain/caller.js'
import { DomainError } from '#domain/errors.js'
import { isStreamer, type Streamer } from '#domain/streamers/streamer.js'
import type { StreamerStore } from '../ports/streamer-store.js'

export interface GetStreamerStatusQuery {
  readonly caller: Caller
  readonly streamerId: string
}

/** @throws not_found, also for another streamer than the caller */
export function makeGetStreamerStatus ({ streamers }: { streamers: StreamerStore }) {
  return async function getStreamerStatus ({ caller, streamerId }: GetStreamerStatusQuery): Promise<Streamer> {
    return visibleStreamer(await streamers.find(streamerId), caller)
  }
}

/** The streamer, if the caller is he or an administrator. @throws not_found */
export function visibleStreamer (found: Streamer | null, caller: Caller): Streamer {
  const streamer = requireStreamer(found)
  return requireStreamer(caller.admin || isStreamer(streamer, caller) ? streamer : null)
}

/** @throws not_found */
export function requireStreamer (streamer: Streamer | null): Streamer {
  if (streamer === null) throw new DomainError('not_found', 'there is no such streamer')
  return streamer
}
