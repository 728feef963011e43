import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

/** How long a link leads into the console. */
export const CONSOLE_LINK_MS = 5 * 60_000

export interface ConsoleLinks {
  /** The code of a new link. */
  readonly make: (nowMs: number) => string
  /** Until when a code counts, in milliseconds since 1970. Null where it was not made with our secret, or is too old. */
  readonly read: (code: string, nowMs: number) => number | null
}

/** The code holds its end, 128 random bits, and a MAC over both (HMAC-SHA256) under a key of its own, derived (RFC 5869) from a secret of the service. */
export function makeConsoleLinks (secret: string): ConsoleLinks {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'basvideo console links', 32))
  const macOf = (content: string): Buffer => createHmac('sha256', key).update(content).digest()
  return {
    make: (nowMs) => {
      const content = `${(nowMs + CONSOLE_LINK_MS).toString(36)}.${randomBytes(16).toString('base64url')}`
      return `${content}.${macOf(content).toString('base64url')}`
    },
    read: (code, nowMs) => {
      const [, content = '', until = '', mac = ''] = /^(([0-9a-z]{8,9})\.[\w-]{22})\.([\w-]{43})$/.exec(code) ?? []
      const isOurs = timingSafeEqual(macOf(content), Buffer.concat([Buffer.from(mac, 'base64url'), Buffer.alloc(32)]).subarray(0, 32))
      const untilMs = parseInt(until, 36)
      return isOurs && nowMs < untilMs ? untilMs : null
    },
  }
}
