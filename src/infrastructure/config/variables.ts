import { isIP } from 'node:net'
import { calendarOf } from '#domain/calendar.js'

/** A configuration with which the service does not start: one line that begins with the name of the variable. */
export class ConfigError extends Error {
  constructor (variable: string, reason: string) {
    super(`${variable} ${reason}`)
    this.name = 'ConfigError'
  }
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

/** Addresses, and networks by their prefix. @throws ConfigError */
export function networks (variable: string, text: string | undefined): string[] {
  return split(text).map((part) => {
    const [, address = '', prefix = '0'] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(part) ?? []
    const bits = { 4: 32, 6: 128 }[isIP(address)]
    if (bits === undefined || Number(prefix) > bits) {
      throw new ConfigError(variable, 'must hold addresses or networks such as 10.0.0.0/16')
    }
    return part
  })
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
