import { makeAddStreamer, type AddStreamerPorts } from './add-streamer.js'
import { makeGetStreamerStatus } from './get-streamer-status.js'
import { makeListLedger } from './list-ledger.js'
import { makeListStreamers } from './list-streamers.js'
import { makeUseMinutes } from './use-minutes.js'

export type StreamerUseCases = ReturnType<typeof makeStreamerUseCases>

export function makeStreamerUseCases (ports: AddStreamerPorts) {
  return {
    addStreamer: makeAddStreamer(ports),
    listStreamers: makeListStreamers(ports),
    getStreamerStatus: makeGetStreamerStatus(ports),
    useMinutes: makeUseMinutes(ports),
    listLedger: makeListLedger(ports),
  }
}
