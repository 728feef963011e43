import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** How long a ticket opens streams. */
export const TICKET_MS = 60_000

export interface TicketClaims {
  readonly sub: string
  readonly sid?: string
  /** Seconds since 1970 of the expiry of the token that the ticket was made with. */
  readonly exp?: number
}

export interface StreamTickets {
  readonly make: (claims: TicketClaims, nowMs: number) => string
  /** Null where the ticket was not made with our secret, or is too old. */
  readonly read: (ticket: string, nowMs: number) => TicketClaims | null
}

/** A ticket holds what a token says, and a MAC over it (HMAC-SHA256) under a key of its own, derived (RFC 5869) from a secret of the service. It stands in an address, so it lives shortly and opens streams alone. */
export function makeStreamTickets (secret: string): StreamTickets {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'basvideo stream tickets', 32))
  const macOf = (content: string): Buffer => createHmac('sha256', key).update(content).digest()
  return {
    make: (claims, nowMs) => {
      const content = Buffer.from(JSON.stringify({ ...claims, until: nowMs + TICKET_MS })).toString('base64url')
      return `${content}.${macOf(content).toString('base64url')}`
    },
    read: (ticket, nowMs) => {
      const [, content = '', mac = ''] = /^([\w-]{1,1024})\.([\w-]{43})$/.exec(ticket) ?? []
      if (!timingSafeEqual(macOf(content), Buffer.concat([Buffer.from(mac, 'base64url'), Buffer.alloc(32)]).subarray(0, 32))) return null
      const { until, ...claims } = JSON.parse(Buffer.from(content, 'base64url').toString()) as TicketClaims & { readonly until: number }
      return until <= nowMs || (claims.exp !== undefined && claims.exp * 1000 <= nowMs) ? null : claims
    },
  }
}
