import type { Timestamp } from '../time.js'
import type { Locale, MailedSecret } from './user.js'

/** How many registrations of one address wait for its owner at once. */
export const WAITING_MAX = 5

/** A registration, with the digest of its link. It becomes an account once the owner of the mailbox confirms it, and no other. */
export interface Registration extends MailedSecret {
  readonly passwordHash: string
  readonly name: string
  readonly locale: Locale
  /** A derived id of the network address that asked. */
  readonly origin: string
}

/** The registrations that wait for the owner of one address. */
export interface Registrations {
  /** Folded by `foldEmail`. */
  readonly email: string
  /** In the order of their arrival. */
  readonly waiting: readonly Registration[]
  /** No registration is valid from then on. */
  readonly expiresAt: Timestamp
  /** Grows by one with each change. */
  readonly version: number
}

/**
 * The registrations with one more. If all places are taken, it takes the place of the newest one of the network that holds most
 * places, if that leaves both with as many at least; else it finds none, and nothing changes. So a stranger who asks often ends
 * no link of a person on another network.
 */
export function registered (before: Registrations | null, email: string, next: Registration, now: Timestamp): Registrations | null {
  const waiting = validOf(before, now)
  const kept = withPlace(waiting, next)
  return kept === null ? before : { ...before, email, waiting: [...kept, next], expiresAt: next.expiresAt, version: (before?.version ?? 0) + 1 }
}

export function validOf (registrations: Registrations | null, now: Timestamp): readonly Registration[] {
  return registrations?.waiting.filter(({ expiresAt }) => now < expiresAt) ?? []
}

/** Null where there is no place, or the registration has one: a store may repeat a change. */
function withPlace (waiting: readonly Registration[], { digest, origin: own }: Registration): readonly Registration[] | null {
  if (waiting.some((registration) => registration.digest === digest)) return null
  if (waiting.length < WAITING_MAX) return waiting
  const placesOf = (network: string): number => waiting.filter(({ origin }) => origin === network).length
  const most = Math.max(...waiting.map(({ origin }) => placesOf(origin)))
  if (most <= placesOf(own) + 1) return null
  const dropped = waiting.findLast(({ origin }) => placesOf(origin) === most)
  return waiting.filter((registration) => registration !== dropped)
}
