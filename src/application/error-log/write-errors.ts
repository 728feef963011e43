import { newNotification, OPERATORS } from '#domain/notifications/notification.js'
import { seen, told, type LoggedError, type Sighting } from '#domain/error-log/logged-error.js'
import { dayOf } from '#domain/time.js'
import type { ErrorStore } from '../ports/error-store.js'
import type { NotificationStore } from '../ports/notification-stores.js'
import type { Clock, Identity } from '../ports/system.js'
import type { ErrorBuffer } from './error-buffer.js'

/** Errors that one run writes. With the pause between two runs, a process writes two errors a second at most. */
const BATCH = 20

export interface WriteErrorsPorts {
  readonly errorBuffer: ErrorBuffer
  readonly errors: ErrorStore
  readonly notifications: NotificationStore
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Writes what has failed in this process to the error log, and tells the operators of errors that are new or seen again. What cannot be
 * written waits for the next run.
 *
 * @throws store_unavailable, store_busy
 */
export function makeWriteErrors ({ errorBuffer, errors, notifications, identity, clock }: WriteErrorsPorts) {
  return async function writeErrors (): Promise<void> {
    for (let count = 0; count < BATCH; count++) {
      const sighting = errorBuffer.take()
      if (sighting === null) return
      const error = await write(sighting)
      if (error?.state === 'open' && !error.isTold) await tell(error)
    }
  }

  async function write (sighting: Sighting): Promise<LoggedError | null> {
    try {
      return await errors.update(sighting.errorId, (before) => seen(before, sighting))
    } catch (error) {
      errorBuffer.add(sighting)
      throw error
    }
  }

  /** One notification an error and day. A crash before the second step tells nothing twice: the next sighting repeats the same notification. */
  async function tell ({ errorId }: LoggedError): Promise<void> {
    const now = clock()
    const notificationId = identity.derived('ntf', ['error_new', errorId, dayOf(now)])
    await notifications.insert(newNotification({ notificationId, userId: OPERATORS, kind: 'error_new', subjectId: errorId, createdAt: now }))
    await errors.update(errorId, (before) => before === null ? null : told(before))
  }
}
