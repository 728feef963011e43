import { newStreamer, post } from '#domain/streamers/streamer.js'
import type { Posted, StreamerStore } from '#application/ports/streamer-store.js'
import { at } from '../contracts/fixtures.js'

/** Minutes of the only streamer of a test. */
export async function posting (streamers: StreamerStore, entryId: string, kind: 'credit' | 'spend', minutes: number): Promise<Posted> {
  const draft = { entryId, kind, minutes, note: null, paymentId: null, broadcastId: null, fingerprint: `fingerprint of ${entryId}` }
  return await streamers.post({ streamerId: 'str_1', entryId },
    (streamer) => post(streamer ?? newStreamer('str_1', 'ayse@example.com', at(0)), draft, at(1)), { known: null })
}
