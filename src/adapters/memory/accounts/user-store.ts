import { DomainError } from '#domain/errors.js'
import { createdKey } from '#domain/time.js'
import type { User } from '#domain/accounts/user.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { UserAudit, UserChange, UserStore } from '#application/ports/account-stores.js'
import type { MemoryAuditStore } from './audit-store.js'
import { EVERYBODY, RowIndex } from '../engine/indexes.js'
import { Table, type Row } from '../engine/table.js'

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryUserStore implements UserStore {
  readonly #users = new Table<User>()
  readonly #byEmail = new Map<string, Row<User>>()
  readonly #all = new RowIndex<User>()
  readonly #audit: MemoryAuditStore

  constructor (audit: MemoryAuditStore) {
    this.#audit = audit
  }

  async insert (user: User): Promise<Insertion<User>> {
    const { userId, email, createdAt } = user
    const taken = this.#ofEmail(email)
    if (taken !== null) return { inserted: taken.userId === userId, stored: taken }
    const row = this.#put(user)
    this.#all.add(EVERYBODY, createdKey(createdAt, userId), row)
    return { inserted: true, stored: row.stored }
  }

  async find (userId: string): Promise<User | null> {
    return this.#users.get(userId) ?? null
  }

  async findByEmail (email: string): Promise<User | null> {
    return this.#ofEmail(email)
  }

  async update (email: string, change: UserChange, audit?: UserAudit): Promise<User> {
    const before = this.#ofEmail(email)
    if (before === null) throw new DomainError('not_found', 'there is no such user')
    const after = change(before)
    if (after === before) return before
    if (after.email !== email && this.#ofEmail(after.email) !== null) throw new DomainError('email_taken', 'the address has an account already')
    if (audit !== undefined) this.#audit.add(audit(before, after))
    this.#byEmail.delete(email)
    return this.#put(after).stored
  }

  async list (page: PageRequest): Promise<Page<User>> {
    return this.#all.page(EVERYBODY, page)
  }

  #ofEmail (email: string): User | null {
    return this.#byEmail.get(email)?.stored ?? null
  }

  #put (user: User): Row<User> {
    const row = this.#users.put(user.userId, user)
    this.#byEmail.set(user.email, row)
    return row
  }
}
