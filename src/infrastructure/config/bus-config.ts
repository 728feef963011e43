import { unescape } from 'node:querystring'
import { isLoopback } from '#domain/network.js'
import type { EnvironmentValues } from './environment.js'
import { ConfigError } from './variables.js'

/** The address of the bus between processes; null for none. What crosses it needs no secrecy, but its password does. @throws ConfigError */
export function busUrlOf ({ LIVE_BUS_URL: given }: Pick<EnvironmentValues, 'LIVE_BUS_URL'>, production: boolean): string | null {
  if (given === undefined) return null
  const url = URL.canParse(given) ? new URL(given) : null
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '' || url.search !== '') {
    throw new ConfigError('LIVE_BUS_URL', 'must be such as redis://127.0.0.1:6379 or rediss://user:password@redis.example')
  }
  if (production && url.protocol === 'redis:' && url.password !== '' && !isLoopback(url.hostname)) {
    throw new ConfigError('LIVE_BUS_URL', 'must begin with rediss:// in production where it holds a password, unless it is of this machine alone')
  }
  return given
}

/** The password in an address, which the log never shows. */
export function busSecrets (url: string | null): readonly string[] {
  const password = url === null ? '' : unescape(new URL(url).password)
  return password === '' ? [] : [password]
}
