import type { Notification } from '#domain/notifications/notification.js'
import type { NotificationStore } from '#application/ports/notification-store.js'
import type { Stores } from '#application/ports/stores.js'
import { Conflict } from './outage/conflict.js'
import type { PersonWrite } from './person-write.js'

type AccountWrite = Extract<PersonWrite, { kind: 'account' }>

/** As `carryOut`, for what memory mode has written of people. */
export async function carryOutPerson (write: PersonWrite, { users, sessions, audit, notifications, notificationPreferences }: Stores): Promise<void> {
  switch (write.kind) {
    case 'account': await bring(write, users); return
    // A repeat must not bring back a token that has been replaced since.
    case 'session': if (await sessions.find(write.session.sessionId) === null) await sessions.insert(write.session); return
    case 'rotation': await sessions.replace(write.before, write.after); return
    case 'sign_out': await sessions.remove(write.sessionId); return
    case 'audit': await audit.insert(write.entry); return
    case 'preferences': await notificationPreferences.update(write.userId, () => write.preferences); return
    case 'notification': await put(write.notification, notifications)
  }
}

async function bring ({ email, user, line }: AccountWrite, users: Stores['users']): Promise<void> {
  const known = await users.find(user.userId)
  if (known !== null && known.version >= user.version) return
  if (user.version === 1) {
    if (!(await users.insert(user)).inserted) throw taken()
    return
  }
  await users.update(email, (current) => {
    if (current.userId !== user.userId) throw taken()
    if (current.version !== user.version - 1) throw new Conflict(`version ${user.version} does not follow version ${current.version}`)
    return user
  }, line === null ? undefined : () => line)
}

/** Events write the first version of a notification, before or after this; what has become of it is known here alone. */
async function put (notification: Notification, notifications: NotificationStore): Promise<void> {
  if (notification.version > 1 && await notifications.replace(notification)) return
  await notifications.insert(notification)
}

function taken (): Conflict {
  return new Conflict('the address is that of another account')
}
