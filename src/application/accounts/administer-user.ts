import { auditEntry, type Actor } from '#domain/audit.js'
import { DomainError } from '#domain/errors.js'
import { changedUser, type Role, type User } from '#domain/accounts/user.js'
import type { Clock, Identity } from '../ports/system.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { UserStore } from '../ports/account-stores.js'
import { updateUser } from './profile.js'
import type { RequireStepUp } from './step-up.js'

/** All users, newest first. */
export function makeListUsers ({ users }: { users: UserStore }) {
  return async function listUsers (page: PageRequest): Promise<Page<User>> {
    return await users.list(page)
  }
}

export interface AdministerUserCommand {
  readonly actor: Actor
  readonly userId: string
  readonly status: 'active' | 'suspended' | null
  readonly role: Role | null
}

export interface AdministerUserPorts {
  readonly users: UserStore
  readonly requireStepUp: RequireStepUp
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Changes the status or the role of a user, with an audit entry in the same step. A suspension ends all sessions of the user. A
 * change to the present state stores nothing, and no entry.
 *
 * @throws not_found also for a deleted user; own_account, and step_up_required for a role
 */
export function makeAdministerUser ({ users, requireStepUp, identity, clock }: AdministerUserPorts) {
  return async function administerUser ({ actor, userId, status: wantedStatus, role: wantedRole }: AdministerUserCommand): Promise<User> {
    if (actor.caller.userId === userId) throw new DomainError('own_account', 'you cannot change the status or role of your own account; ask another administrator')
    if (wantedRole !== null) await requireStepUp(actor.caller)
    const now = clock()
    const auditId = identity.random('aud')
    return await updateUser(users, userId, (user) => {
      const [status, role] = [wantedStatus ?? user.status, wantedRole ?? user.role]
      if (status === user.status && role === user.role) return user
      const epoch = status === 'suspended' && user.status !== 'suspended' ? user.epoch + 1 : user.epoch
      return changedUser(user, { status, role, epoch }, now)
    }, (before, after) => auditEntry(actor, {
      action: 'administerUser',
      targetId: userId,
      outcome: 'done',
      detail: { from: { status: before.status, role: before.role }, to: { status: after.status, role: after.role } },
    }, auditId, now))
  }
}
