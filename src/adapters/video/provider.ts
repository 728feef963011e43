import type { VideoProvider } from '#application/ports/video-provider.js'
import type { VideoSettings } from './settings.js'

/** How long LiveKit may take to answer. */
const TIMEOUT_MS = 3000

/** Loads the configured provider, and no other. */
export async function loadVideo ({ provider, ...settings }: VideoSettings): Promise<VideoProvider> {
  if (provider === 'simulator') return (await import('./simulator.js')).makeSimulatedVideo(settings)
  return (await import('./livekit.js')).makeLiveKit({ ...settings, timeoutMs: TIMEOUT_MS })
}
