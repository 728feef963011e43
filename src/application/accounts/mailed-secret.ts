import { DomainError } from '#domain/errors.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import { LINK_LIFETIMES_MS, type LinkPurpose, type MailedSecret, type User } from '#domain/accounts/user.js'
import type { Identity } from '../ports/system.js'
import type { UserStore } from '../ports/account-stores.js'

/** The pages under `linkBase` that links lead to. */
const PATHS: Readonly<Record<LinkPurpose, string>> = { verification: 'verify-email', reset: 'reset-password' }

export interface IssuedLink {
  readonly link: string
  /** What is stored of the link. */
  readonly kept: MailedSecret
}

/** A new link for the owner of a mailbox. It holds the user id and 256 random bits, of which only the digest is stored. */
export function issueLink (purpose: LinkPurpose, userId: string, linkBase: string, identity: Identity, now: Timestamp): IssuedLink {
  const secret = identity.secret()
  return {
    link: `${linkBase}/${PATHS[purpose]}?token=${encodeURIComponent(`${userId}.${secret}`)}`,
    kept: { digest: digestOf(secret, identity), expiresAt: laterBy(now, LINK_LIFETIMES_MS[purpose]) },
  }
}

export function digestOf (secret: string, identity: Identity): string {
  return identity.derived('sec', [secret])
}

export interface LinkHolder {
  readonly user: User
  /** To be called again when the link is used up, so that of two concurrent uses the second one fails. @throws invalid_link */
  readonly check: (user: User) => void
}

/** The user of a valid link. @throws invalid_link with the same text for every reason */
export async function holderOf (purpose: LinkPurpose, token: string, ports: { users: UserStore, identity: Identity }, now: Timestamp): Promise<LinkHolder> {
  const dot = token.lastIndexOf('.')
  const digest = digestOf(token.slice(dot + 1), ports.identity)
  const check = (user: User | null): User => {
    const kept = user?.[purpose] ?? null
    if (user?.status === 'active' && kept !== null && kept.digest === digest && now < kept.expiresAt) return user
    throw new DomainError('invalid_link', 'the link was used, has expired, or was replaced by a newer one')
  }
  return { user: check(await ports.users.find(token.slice(0, Math.max(dot, 0)))), check }
}
