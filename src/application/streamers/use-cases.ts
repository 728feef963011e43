import { makeAddStreamer, type AddStreamerPorts } from './add-streamer.js'
import { makeGetStreamerStatus, makeListLedger, makeListStreamers } from './read-streamers.js'
import { makeUseMinutes, type UseMinutesPorts } from './use-minutes.js'

export type StreamerUseCases = ReturnType<typeof makeStreamerUseCases>

export function makeStreamerUseCases (ports: AddStreamerPorts & UseMinutesPorts) {
  return {
    addStreamer: makeAddStreamer(ports),
    listStreamers: makeListStreamers(ports),
    getStreamerStatus: makeGetStreamerStatus(ports),
    useMinutes: makeUseMinutes(ports),
    listLedger: makeListLedger(ports),
  }
}
