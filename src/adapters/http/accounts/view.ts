import type { Static } from '@sinclair/typebox'
import type { User as UserEntity } from '#domain/accounts/user.js'
import type { User } from './schemas.js'

/** A user as he and administrators see him: nothing that lets in. */
export function userView ({ userId, email, emailVerified, phone, name, locale, role, status, createdAt }: UserEntity): Static<typeof User> {
  return { userId, email: status === 'deleted' ? '' : email, emailVerified, phone, name, locale, role, status, createdAt }
}
