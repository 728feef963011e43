import type { Caller } from '#domain/caller.js'
import type { LedgerEntry } from '#domain/streamers/ledger.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { StreamerStore } from '../ports/streamer-store.js'
import { visibleStreamer } from './get-streamer-status.js'

export interface ListLedgerQuery extends PageRequest {
  readonly caller: Caller
  readonly streamerId: string
}

/** How a streamer came to the minutes that he has, newest first. @throws not_found, also for another streamer than the caller */
export function makeListLedger ({ streamers }: { streamers: StreamerStore }) {
  return async function listLedger ({ caller, streamerId, ...page }: ListLedgerQuery): Promise<Page<LedgerEntry>> {
    visibleStreamer(await streamers.find(streamerId), caller)
    return await streamers.listEntries(streamerId, page)
  }
}
