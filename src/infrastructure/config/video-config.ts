import { isLoopback } from '#domain/network.js'
import type { VideoSettings } from '#adapters/video/settings.js'
import type { EnvironmentValues } from './environment.js'
import { ConfigError, readAll, type SecretOf } from './variables.js'

/** What LiveKit uses on a developer's machine. */
const DEVELOPMENT = { url: 'ws://127.0.0.1:7880', apiKey: 'devkey' }

/** The provider of the video of rooms; null: there is none. Development generates what is not set. @throws ConfigError */
export function videoConfig (values: EnvironmentValues, production: boolean, secretOf: SecretOf): VideoSettings | null {
  const { VIDEO_PROVIDER: provider = production ? 'none' : 'simulator', LIVEKIT_URL: url, LIVEKIT_API_KEY: key, LIVEKIT_API_SECRET: secret } = values
  if (provider === 'none') return null
  if (provider === 'simulator') {
    if (production) throw new ConfigError('VIDEO_PROVIDER', 'must be livekit or none in production: the simulator carries no picture')
    return { provider, url: url ?? DEVELOPMENT.url, apiKey: key ?? DEVELOPMENT.apiKey, apiSecret: secret ?? secretOf('LIVEKIT_API_SECRET') }
  }
  const need = (variable: string, value: string | undefined) => (): string => {
    if (value === undefined) throw new ConfigError(variable, 'must be set where VIDEO_PROVIDER is livekit')
    return value
  }
  return { provider, ...readAll({ url: () => addressOf(need('LIVEKIT_URL', url)(), production), apiKey: need('LIVEKIT_API_KEY', key), apiSecret: need('LIVEKIT_API_SECRET', secret) }) }
}

function addressOf (text: string, production: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^wss?:$/.test(url.protocol) || url.pathname !== '/') throw new ConfigError('LIVEKIT_URL', 'must be an address such as wss://video.example')
  if (production && url.protocol !== 'wss:' && !isLoopback(url.hostname)) throw new ConfigError('LIVEKIT_URL', 'must begin with wss:// in production, unless it is of this machine alone')
  return `${url.protocol}//${url.host}`
}
