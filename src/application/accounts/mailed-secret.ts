import { DomainError } from '#domain/errors.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { MailedSecret, User } from '#domain/accounts/user.js'
import type { Identity } from '../ports/identity.js'
import type { UserStore } from '../ports/user-store.js'

export type Purpose = 'verification' | 'reset'

/** Where each leads to on the pages of `linkBase`, and how long it is good. */
const LINKS = {
  verification: { path: 'verify-email', lifetimeMs: 24 * 60 * 60_000 },
  reset: { path: 'reset-password', lifetimeMs: 30 * 60_000 },
} as const

export interface IssuedLink {
  readonly link: string
  /** What the store keeps of it. */
  readonly kept: MailedSecret
}

/** A link that lets in whoever reads the mailbox: it names the user and holds 256 random bits, of which their digest alone is kept. */
export function issueLink (purpose: Purpose, userId: string, linkBase: string, identity: Identity, now: Timestamp): IssuedLink {
  const { path, lifetimeMs } = LINKS[purpose]
  const secret = identity.secret()
  return {
    link: `${linkBase}/${path}?token=${encodeURIComponent(`${userId}.${secret}`)}`,
    kept: { digest: digestOf(secret, identity), expiresAt: laterBy(now, lifetimeMs) },
  }
}

export function digestOf (secret: string, identity: Identity): string {
  return identity.derived('sec', [secret])
}

export interface LinkHolder {
  readonly user: User
  /** For the user as he stands when the link is used up: of two uses at once the second one throws. @throws invalid_link */
  readonly check: (user: User) => void
}

/** Whose link it is, if it is good now. @throws invalid_link in the same words, whatever is wrong with it */
export async function holderOf (purpose: Purpose, token: string, ports: { users: UserStore, identity: Identity }, now: Timestamp): Promise<LinkHolder> {
  const dot = token.lastIndexOf('.')
  const digest = digestOf(token.slice(dot + 1), ports.identity)
  const check = (user: User | null): User => {
    const kept = user?.[purpose] ?? null
    if (user?.status === 'active' && kept !== null && kept.digest === digest && now < kept.expiresAt) return user
    throw new DomainError('invalid_link', 'the link has been used, has run out, or was replaced by a newer one')
  }
  return { user: check(await ports.users.find(token.slice(0, Math.max(dot, 0)))), check }
}
