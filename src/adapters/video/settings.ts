export interface LiveKitSettings {
  /** Where clients connect, such as wss://video.example; requests of the service go to the same place over http(s). */
  readonly url: string
  readonly apiKey: string
  readonly apiSecret: string
}

/** `simulator`: tokens and webhooks are those of LiveKit, and no one carries a picture. */
export interface VideoSettings extends LiveKitSettings {
  readonly provider: 'simulator' | 'livekit'
}
