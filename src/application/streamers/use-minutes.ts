import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { checkMinutes, post, type EntryDraft, type Streamer } from '#domain/streamers/streamer.js'
import { checkSameRequest } from '../idempotency.js'
import type { RoomStore } from '../ports/room-stores.js'
import type { Clock, Identity } from '../ports/system.js'
import type { StreamerStore } from '../ports/streamer-store.js'
import { requireStreamer, visibleStreamer } from './read-streamers.js'

export interface UseMinutesCommand {
  readonly caller: Caller
  readonly streamerId: string
  readonly minutes: number
  readonly broadcastId: string
  readonly key: string
}

export interface UsedMinutes {
  readonly streamer: Streamer
  readonly replayed: boolean
}

export interface UseMinutesPorts {
  readonly streamers: StreamerStore
  readonly rooms: RoomStore
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Spends minutes of a streamer, once for an idempotency key, and never more than are left.
 *
 * @throws not_found also for another streamer than the caller; invalid_minutes, insufficient_minutes, idempotency_key_reused;
 *   room_state where the broadcast is a room, whose minutes are charged as they pass
 */
export function makeUseMinutes ({ streamers, rooms, identity, clock }: UseMinutesPorts) {
  return async function useMinutes ({ caller, streamerId, minutes, broadcastId, key }: UseMinutesCommand): Promise<UsedMinutes> {
    checkMinutes(minutes)
    const known = visibleStreamer(await streamers.find(streamerId), caller)
    if (await rooms.find(broadcastId) !== null) throw new DomainError('room_state', 'the minutes of a room are charged while it is live')
    const now = clock()
    const entryId = identity.derived('led', [streamerId, 'usage', key])
    const fingerprint = identity.fingerprint({ minutes, broadcastId })
    const draft: EntryDraft = { entryId, kind: 'spend', minutes, broadcastId, note: null, paymentId: null, fingerprint }

    const posted = await streamers.post({ streamerId, entryId }, (streamer) => post(requireStreamer(streamer), draft, now), { known })
    if (posted.inserted) return { streamer: posted.streamer, replayed: false }
    checkSameRequest(posted.entry, fingerprint)
    return { streamer: requireStreamer(await streamers.find(streamerId)), replayed: true }
  }
}
