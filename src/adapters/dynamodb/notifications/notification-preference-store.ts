import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { CHANNELS, OPTIONAL_KINDS } from '#domain/notifications/notification.js'
import { completePreferences, replacedPreferences, type Contact, type NotificationPreferences, type StoredPreferences, type QuietHours } from '#domain/notifications/notification-preferences.js'
import type { ShippingAddress } from '#domain/shipping/address.js'
import type { NotificationPreferenceStore } from '#application/ports/notification-stores.js'
import type { Database } from '../engine/client.js'
import { absent, compare, expression } from '../engine/expression.js'
import { getRow } from '../engine/read.js'
import { untilWritten } from '../engine/retry.js'
import { flag, integer, keeping, map, mapOrNull, text, textOrNull, wordOrNull, type Row } from '../engine/row.js'
import { writeIf } from '../engine/write.js'

export class DynamoNotificationPreferenceStore implements NotificationPreferenceStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async find (userId: string): Promise<NotificationPreferences | null> {
    const row = await this.#row(userId)
    return row === null ? null : preferencesOf(row)
  }

  async update (userId: string, change: (before: NotificationPreferences | null) => NotificationPreferences): Promise<NotificationPreferences> {
    return await untilWritten(this.#database, async () => {
      const row = await this.#row(userId)
      const before = row === null ? null : preferencesOf(row)
      const next = replacedPreferences(before, change(before))
      return await this.#replace(userId, row === null ? 0 : integer(row, 'version'), next) ? next : undefined
    })
  }

  async #row (userId: string): Promise<Row | null> {
    return await getRow(this.#database, 'notificationPreferences', { userId })
  }

  /** False where another change came between. */
  async #replace (userId: string, version: number, next: NotificationPreferences): Promise<boolean> {
    const { documents, tableNames } = this.#database
    return await writeIf(this.#database, async () => await documents.send(new PutCommand({
      TableName: tableNames.notificationPreferences,
      Item: { ...next, userId, version: version + 1 },
      ...expression({ condition: version === 0 ? absent('userId') : compare('version', '=', version) }),
    }))) === null
  }
}

/** @throws Error for a row that holds no preferences of ours */
function preferencesOf (row: Row): NotificationPreferences {
  return completePreferences(storedPreferencesOf(row))
}

const storedPreferencesOf = keeping(['userId', 'version'], (row): StoredPreferences => ({
  kinds: kindsOf(map(row, 'kinds')),
  quietHours: quietHoursIn(mapOrNull(row, 'quietHours')),
  timeZone: text(row, 'timeZone'),
  locale: wordOrNull(row, 'locale'),
  contact: contactIn(mapOrNull(row, 'contact')),
  senderAddress: mapOrNull(row, 'senderAddress') as ShippingAddress | null,
}))

/** The kinds and channels that this version knows are checked where they are there; others are kept as they are. */
function kindsOf (kinds: Row): StoredPreferences['kinds'] {
  for (const kind of OPTIONAL_KINDS.filter((one) => kinds[one] !== undefined)) {
    const choice = map(kinds, kind)
    for (const channel of CHANNELS.filter((one) => choice[one] !== undefined)) flag(choice, channel)
  }
  return kinds
}

function quietHoursIn (row: Row | null): QuietHours | null {
  return row === null ? null : quietHoursOf(row)
}

function contactIn (row: Row | null): Contact | null {
  return row === null ? null : contactOf(row)
}

const contactOf = keeping([], (row): Contact => ({ email: textOrNull(row, 'email'), phone: textOrNull(row, 'phone') }))

const quietHoursOf = keeping([], (row): QuietHours => ({ from: text(row, 'from'), to: text(row, 'to') }))
