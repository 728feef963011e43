import { isIP } from 'node:net'
import { calendarOf } from '#domain/calendar.js'
import { isLoopback } from '#domain/network.js'

/** A configuration with which the service does not start: a line for each fault, which begins with the name of the variable. */
export class ConfigError extends Error {
  constructor (variable: string, reason: string) {
    super(`${variable} ${reason}`)
    this.name = 'ConfigError'
  }

  /** Several faults. Each variable is named once. */
  static of (faults: readonly string[]): ConfigError {
    const error = new ConfigError('', '')
    error.message = [...Map.groupBy(faults, (fault) => fault.split(' ', 1)[0]).values()].map(([first]) => first).join('\n')
    return error
  }

  get faults (): readonly string[] {
    return this.message.split('\n')
  }
}

type Readers = Readonly<Record<string, () => unknown>>
type ReadOf<R extends Readers> = { readonly [Name in keyof R]: ReturnType<R[Name]> }

/** What each of the readers reads. @throws ConfigError with the faults of all of them, and those given */
export function readAll<R extends Readers> (readers: R, given: readonly string[] = []): ReadOf<R> {
  const faults: string[] = []
  const entries = Object.entries(readers).map(([name, read]) => {
    try {
      return [name, read()]
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      faults.push(...error.faults)
      return [name]
    }
  })
  faults.push(...given)
  if (faults.length > 0) throw ConfigError.of(faults)
  return Object.fromEntries(entries) as ReadOf<R>
}

/** The secret of development for a variable that is not set: always the same for the same variable. */
export type SecretOf = (variable: string) => string

/** The parts of a comma-separated list. */
export function split (text: string | undefined): string[] {
  return (text ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '')
}

/** @throws ConfigError */
export function origins (variable: string, text: string | undefined): string[] {
  return split(text).map((part) => origin(variable, part))
}

/** @throws ConfigError */
export function origin (variable: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/') {
    throw new ConfigError(variable, 'must hold origins such as https://shop.example')
  }
  return url.origin
}

/** The base of links that people follow: in production over https, so that no one on the way reads them, unless it is this machine itself. @throws ConfigError */
export function linkBase (variable: string, base: string, production: boolean): string {
  const { protocol, hostname } = new URL(base)
  if (production && protocol !== 'https:' && !isLoopback(hostname)) throw new ConfigError(variable, 'must begin with https:// in production, unless it is of this machine alone')
  return base
}

/** The prefixes of networks: the widest are those of private addresses. */
const PREFIXES: Readonly<Record<number, { readonly widest: number, readonly bits: number }>> = { 4: { widest: 8, bits: 32 }, 6: { widest: 7, bits: 128 } }

/** Addresses, and networks by their prefix. @throws ConfigError */
export function networks (variable: string, text: string | undefined): string[] {
  return split(text).map((part) => {
    const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(part) ?? []
    const { widest, bits } = PREFIXES[isIP(address)] ?? { widest: 0, bits: -1 }
    if (Number(prefix ?? bits) > bits || bits < 0) throw new ConfigError(variable, 'must hold addresses or networks such as 10.0.0.0/16')
    if (Number(prefix ?? bits) < widest) throw new ConfigError(variable, `must name the proxies alone: /${prefix} believes strangers`)
    return part
  })
}

/** An address on which nothing can be changed on the way: in production https, else http too. @throws ConfigError */
export function address (variable: string, text: string, production: boolean): string {
  const protocols = production ? ['https:'] : ['https:', 'http:']
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) throw new ConfigError(variable, 'must be an address such as https://shop.example, in production over https')
  return text
}

/** The name of a time zone. @throws ConfigError */
export function timeZone (variable: string, name: string): string {
  try {
    calendarOf(name)
    return name
  } catch {
    throw new ConfigError(variable, 'must be a name of the IANA database, such as Europe/Istanbul')
  }
}
