import type { Session } from '#domain/accounts/session.js'
import { createdKey } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { SessionStore } from '#application/ports/account-stores.js'
import { RowIndex } from '../engine/indexes.js'
import { Table } from '../engine/table.js'

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemorySessionStore implements SessionStore {
  readonly #sessions = new Table<Session>()
  readonly #byUser = new RowIndex<Session>()

  async insert (session: Session): Promise<void> {
    this.#dropEnded(session)
    this.#byUser.add(session.userId, keyOf(session), this.#sessions.put(session.sessionId, session))
  }

  async find (sessionId: string): Promise<Session | null> {
    return this.#sessions.get(sessionId) ?? null
  }

  async replace (before: Session, after: Session): Promise<boolean> {
    const stored = this.#sessions.get(before.sessionId)
    if (stored?.tokenDigest !== before.tokenDigest) return false
    this.#sessions.put(after.sessionId, { ...stored, ...changes(before, after) })
    return true
  }

  async remove (sessionId: string): Promise<void> {
    const session = this.#sessions.get(sessionId)
    if (session === undefined) return
    this.#sessions.delete(sessionId)
    this.#byUser.remove(session.userId, keyOf(session))
  }

  async listOfUser (userId: string, page: PageRequest): Promise<Page<Session>> {
    return this.#byUser.page(userId, page)
  }

  /** Sessions that have run out go when their user signs in again: nothing else removes them. */
  #dropEnded ({ userId, createdAt }: Session): void {
    for (const [key, { stored: { sessionId, expiresAt } }] of [...this.#byUser.ascending(userId)]) {
      if (expiresAt > createdAt) continue
      this.#sessions.delete(sessionId)
      this.#byUser.remove(userId, key)
    }
  }
}

function changes (before: Session, after: Session): Partial<Session> {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => value !== before[name as keyof Session]))
}

function keyOf ({ createdAt, sessionId }: Session): string {
  return createdKey(createdAt, sessionId)
}
