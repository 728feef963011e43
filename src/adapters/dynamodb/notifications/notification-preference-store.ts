import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { OPTIONAL_KINDS, type Channel } from '#domain/notifications/notification.js'
import type { NotificationPreferences } from '#domain/notifications/notification-preferences.js'
import { LOCALES } from '#domain/accounts/user.js'
import type { NotificationPreferenceStore } from '#application/ports/notification-preference-store.js'
import { deadline, type Database } from '../engine/database.js'
import { busy } from '../engine/errors.js'
import { absent, compare, expression } from '../engine/expression.js'
import { flag, integer, map, mapOrNull, oneOf, text, type Row } from '../engine/row.js'

/** How long a change tries to be the next one while others change the same preferences. */
const UPDATE_DEADLINE_MS = 3000

export class DynamoNotificationPreferenceStore implements NotificationPreferenceStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async find (userId: string): Promise<NotificationPreferences | null> {
    const row = await this.#row(userId)
    return row === undefined ? null : preferencesOf(row)
  }

  async update (userId: string, change: (before: NotificationPreferences | null) => NotificationPreferences): Promise<NotificationPreferences> {
    const expired = deadline(this.#database, UPDATE_DEADLINE_MS)
    do {
      const row = await this.#row(userId)
      const next = change(row === undefined ? null : preferencesOf(row))
      if (await this.#replace(userId, row === undefined ? 0 : integer(row, 'version'), next)) return next
    } while (!expired())
    throw busy()
  }

  async #row (userId: string): Promise<Row | undefined> {
    const { documents, tableNames } = this.#database
    const { Item } = await documents.send(new GetCommand({ TableName: tableNames.notificationPreferences, Key: { userId }, ConsistentRead: true }))
    return Item
  }

  /** False where another change came between. */
  async #replace (userId: string, version: number, next: NotificationPreferences): Promise<boolean> {
    const { documents, tableNames } = this.#database
    try {
      await documents.send(new PutCommand({
        TableName: tableNames.notificationPreferences,
        Item: { userId, ...next, version: version + 1 },
        ...expression({ condition: version === 0 ? absent('userId') : compare('version', '=', version) }),
      }))
      return true
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false
      throw error
    }
  }
}

/** @throws Error for a row that holds no preferences of ours */
function preferencesOf (row: Row): NotificationPreferences {
  const kinds = map(row, 'kinds')
  const quietHours = mapOrNull(row, 'quietHours')
  return {
    kinds: Object.fromEntries(OPTIONAL_KINDS.map((kind) => [kind, channelsOf(map(kinds, kind))])) as NotificationPreferences['kinds'],
    quietHours: quietHours === null ? null : { from: text(quietHours, 'from'), to: text(quietHours, 'to') },
    timeZone: text(row, 'timeZone'),
    locale: row['locale'] === null ? null : oneOf(row, 'locale', LOCALES),
  }
}

function channelsOf (row: Row): Record<Channel, boolean> {
  return { email: flag(row, 'email'), sms: flag(row, 'sms') }
}
