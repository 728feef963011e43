import { DomainError } from '#domain/errors.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import { LINK_LIFETIMES_MS, linksOf, type LinkPurpose, type MailedSecret, type User } from '#domain/accounts/user.js'
import type { Identity } from '../ports/system.js'
import type { UserStore } from '../ports/account-stores.js'

/** The pages under `linkBase` that links lead to. */
const PATHS: Readonly<Record<LinkPurpose, string>> = { verification: 'verify-email', reset: 'reset-password' }

export interface IssuedLink {
  readonly link: string
  /** What is stored of the link. */
  readonly kept: MailedSecret
}

/** A new link for the owner of a mailbox. It holds the id of what it is about and 256 random bits, of which only the digest is stored. */
export function issueLink (purpose: LinkPurpose, id: string, linkBase: string, identity: Identity, now: Timestamp): IssuedLink {
  const secret = identity.secret()
  return {
    link: `${linkBase}/${PATHS[purpose]}?token=${encodeURIComponent(`${id}.${secret}`)}`,
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

/** The parts of a link's token: the id of what it is about, and the digest of its secret. */
export function partsOf (token: string, identity: Identity): { id: string, digest: string } {
  const dot = token.lastIndexOf('.')
  return { id: token.slice(0, Math.max(dot, 0)), digest: digestOf(token.slice(dot + 1), identity) }
}

/** The user of a valid link. @throws invalid_link with the same text for every reason */
export async function holderOf (purpose: LinkPurpose, token: string, ports: { users: UserStore, identity: Identity }, now: Timestamp): Promise<LinkHolder> {
  const { id, digest } = partsOf(token, ports.identity)
  const check = (user: User | null): User => {
    if (user?.status === 'active' && linksOf(user, purpose, now).some((link) => link.digest === digest)) return user
    throw invalidLink()
  }
  return { user: check(await ports.users.find(id)), check }
}

export function invalidLink (): DomainError {
  return new DomainError('invalid_link', 'the link was used, has expired, or was ended by another one')
}
