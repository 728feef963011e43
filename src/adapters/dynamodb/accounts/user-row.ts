import { hash } from 'node:crypto'
import { LOCALES, ROLES, USER_STATUSES, type MailedSecret, type User } from '#domain/accounts/user.js'
import { shardOf } from '#domain/shard.js'
import { createdKey } from '#domain/time.js'
import { flag, integer, mapOrNull, oneOf, text, textOrNull, type Row } from '../engine/row.js'

/** Partitions in which the list of all users lies. More of them later mean writing `listShard` anew. */
export const USER_SHARDS = 8

export function userRow (user: User) {
  return { ...user, listShard: String(shardOf(user.userId, USER_SHARDS)), createdKey: createdKey(user.createdAt, user.userId) }
}

/** @throws Error for a row that is not a user */
export function userOf (row: Row): User {
  if (row['version'] === undefined) return earlierUserOf(row)
  return {
    userId: text(row, 'userId'),
    email: text(row, 'email'),
    emailVerified: flag(row, 'emailVerified'),
    phone: textOrNull(row, 'phone'),
    name: text(row, 'name'),
    locale: oneOf(row, 'locale', LOCALES),
    role: oneOf(row, 'role', ROLES),
    status: oneOf(row, 'status', USER_STATUSES),
    passwordHash: textOrNull(row, 'passwordHash'),
    epoch: integer(row, 'epoch'),
    verification: secretOf(row, 'verification'),
    reset: secretOf(row, 'reset'),
    createdAt: text(row, 'createdAt'),
    updatedAt: text(row, 'updatedAt'),
    version: integer(row, 'version'),
  }
}

/** A row of the earlier application says little: an address, a role, and when it came. It has no password, so that a reset lets its owner in. */
function earlierUserOf (row: Row): User {
  const email = text(row, 'email')
  const createdAt = earlierTime(row['createdAt'])
  return {
    // By the address, so that it is the same until a change of his own puts it down.
    userId: textOrNull(row, 'userId') ?? `usr_${hash('sha256', email, 'base64url')}`,
    email,
    emailVerified: false,
    phone: null,
    name: '',
    locale: 'tr',
    role: row['role'] === 'admin' ? 'admin' : 'user',
    status: 'active',
    passwordHash: null,
    epoch: 0,
    verification: null,
    reset: null,
    createdAt,
    updatedAt: createdAt,
    version: 0,
  }
}

/** What is no time is no reason to lock the owner of a row out. */
function earlierTime (value: unknown): string {
  const time = new Date(typeof value === 'number' ? value : String(value))
  return (Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString()
}

function secretOf (row: Row, attribute: 'verification' | 'reset'): MailedSecret | null {
  const secret = mapOrNull(row, attribute)
  return secret === null ? null : { digest: text(secret, 'digest'), expiresAt: text(secret, 'expiresAt') }
}
