import type { AuditEntry } from '#domain/audit.js'
import type { ApiKey } from '#domain/accounts/api-key.js'
import type { Erasure } from '#domain/accounts/erasure.js'
import type { Registrations } from '#domain/accounts/registration.js'
import type { User } from '#domain/accounts/user.js'
import type { Timestamp } from '#domain/time.js'
import type { Insertion } from './insertion.js'
import type { Page, PageRequest } from './page.js'
import type { Session } from '#domain/accounts/session.js'
import type { Attempts } from '#domain/accounts/attempt.js'

/** Computes the next version of a user. It is pure, because a store may run it again. */
export type UserChange = (user: User) => User

/** Makes the audit entry of a change. */
export type UserAudit = (before: User, after: User) => AuditEntry

/**
 * Users. Each e-mail address has at most one. Addresses are folded by `foldEmail`.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface UserStore {
  /**
   * Stores a new user, unless the address is taken. If an earlier call has stored this user and its answer was lost, that is a
   * success.
   */
  insert: (user: User) => Promise<Insertion<User>>

  /** Finds deleted users too. A user who was stored a moment before may not be found. */
  find: (userId: string) => Promise<User | null>

  findByEmail: (email: string) => Promise<User | null>

  /**
   * Applies `change` to the stored user of an address, and stores the result and the entry of `audit` in one step. When another
   * change comes first, `change` runs again on its result. A change that returns its argument writes nothing. A change of the
   * address moves the user and frees the old address in the same step.
   *
   * @throws not_found; email_taken, where a change of the address meets another user
   */
  update: (email: string, change: UserChange, audit?: UserAudit) => Promise<User>

  /** All users, newest first, deleted ones too. */
  list: (page: PageRequest) => Promise<Page<User>>
}

/**
 * Sessions. A store may delete a session any time after it has expired.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface SessionStore {
  insert: (session: Session) => Promise<void>

  find: (sessionId: string) => Promise<Session | null>

  /**
   * Stores what `after` changes of `before`, if the valid token of the session is still that of `before`. False if it is not, or if the
   * session has ended. What another change has stored meanwhile stays.
   */
  replace: (before: Session, after: Session) => Promise<boolean>

  /** Ends a session, if it has not ended already. */
  remove: (sessionId: string) => Promise<void>

  /** The sessions of a user, newest first. */
  listOfUser: (userId: string, page: PageRequest) => Promise<Page<Session>>
}

/**
 * The erasures that are not done. They are few: each is gone a day or two after its person.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface ErasureStore {
  /** Stores an erasure, unless the person has one. */
  insert: (erasure: Erasure) => Promise<Insertion<Erasure>>

  /** Erasures that are due, in any order. */
  due: (now: Timestamp, limit: number) => Promise<readonly Erasure[]>

  /** Stores the next version if the stored one is the version before it. False means that nothing was written. */
  replace: (next: Erasure) => Promise<boolean>

  /** Removes the erasure, if this is its last version. */
  remove: (last: Erasure) => Promise<void>
}

/** Computes the next count from the present one. It is pure, because a store may run it again. Null deletes the count. */
export type AttemptChange = (before: Attempts | null) => Attempts | null

/**
 * Counted attempts by key. A store may delete a count any time after it has expired.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface AttemptStore {
  find: (key: string) => Promise<Attempts | null>

  /** Applies `change` atomically, and answers what is stored then. A change that returns its argument writes nothing. */
  update: (key: string, change: AttemptChange) => Promise<Attempts | null>
}

/** Computes the next registrations of an address. It is pure, because a store may run it again. Null deletes them. */
export type RegistrationChange = (before: Registrations | null) => Registrations | null

/**
 * Registrations that wait, by a derived id of their address. A store may delete those of an address any time after they have expired.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface RegistrationStore {
  find: (registrationId: string) => Promise<Registrations | null>

  /** Applies `change` atomically, and answers what is stored then. A change that returns its argument writes nothing. */
  update: (registrationId: string, change: RegistrationChange) => Promise<Registrations | null>
}

/**
 * API keys. They are few: see `API_KEYS_MAX`.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface ApiKeyStore {
  /** Stores a new key. A repeat changes nothing. */
  insert: (key: ApiKey) => Promise<void>

  /** All keys, newest first, expired ones too. It misses nothing that was written before. */
  list: () => Promise<readonly ApiKey[]>

  /** Notes the hour of a use, unless the key has a later one, or is gone. */
  noteUse: (keyId: string, hour: Timestamp) => Promise<void>

  /** Removes a key. False if there is none. */
  remove: (keyId: string) => Promise<boolean>
}

/**
 * The audit log. Other stores write here too, in one step with the change that the entry describes.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface AuditStore {
  /** An entry of the same id and time is replaced. */
  insert: (entry: AuditEntry) => Promise<void>

  /**
   * Newest first: all entries, or those with this actor or target. A store may have to be back-filled before it finds those of earlier
   * versions by their actor or target.
   */
  list: (page: PageRequest, by?: AuditedBy | null) => Promise<Page<AuditEntry>>
}

/** One end of an act. */
export interface AuditedBy {
  readonly end: 'actorId' | 'targetId'
  readonly id: string
}
