import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { isStreamer, type LedgerEntry, type Streamer } from '#domain/streamers/streamer.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { StreamerStore } from '../ports/streamer-store.js'
import type { Identity } from '../ports/system.js'

export interface GetStreamerStatusQuery {
  readonly caller: Caller
  readonly streamerId: string
}

/** @throws not_found also for another streamer than the caller */
export function makeGetStreamerStatus ({ streamers }: { streamers: StreamerStore }) {
  return async function getStreamerStatus ({ caller, streamerId }: GetStreamerStatusQuery): Promise<Streamer> {
    return visibleStreamer(await streamers.find(streamerId), caller)
  }
}

/** The streamer, if the caller is that streamer or an administrator. @throws not_found */
export function visibleStreamer (found: Streamer | null, caller: Caller): Streamer {
  const streamer = requireStreamer(found)
  return requireStreamer(caller.admin || isStreamer(streamer, caller) ? streamer : null)
}

/** @throws not_found */
export function requireStreamer (streamer: Streamer | null): Streamer {
  if (streamer === null) throw new DomainError('not_found', 'there is no such streamer')
  return streamer
}

/** The id of the streamer of a folded address. */
export function streamerIdOf (email: string, identity: Identity): string {
  return identity.derived('str', [email])
}

/** All streamers, newest first. */
export function makeListStreamers ({ streamers }: { streamers: StreamerStore }) {
  return async function listStreamers (page: PageRequest): Promise<Page<Streamer>> {
    return await streamers.list(page)
  }
}

export interface ListLedgerQuery extends PageRequest {
  readonly caller: Caller
  readonly streamerId: string
}

/** The ledger of a streamer, newest entry first. @throws not_found also for another streamer than the caller */
export function makeListLedger ({ streamers }: { streamers: StreamerStore }) {
  return async function listLedger ({ caller, streamerId, ...page }: ListLedgerQuery): Promise<Page<LedgerEntry>> {
    visibleStreamer(await streamers.find(streamerId), caller)
    return await streamers.listEntries(streamerId, page)
  }
}
