import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { ApiKey } from '#domain/accounts/api-key.js'
import type { Timestamp } from '#domain/time.js'
import type { ApiKeyStore } from '#application/ports/account-stores.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, anyOf, compare, expression, present } from '../engine/expression.js'
import { partition, queryRows } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { keeping, text, textOrNull, words } from '../engine/row.js'
import { writeIf } from '../engine/write.js'

/** Beside the register of the days on which payments were created. */
const REGISTER = 'api-keys'

export class DynamoApiKeyStore implements ApiKeyStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert ({ lastUsedAt, ...key }: ApiKey): Promise<void> {
    const { documents, tableNames } = this.#database
    await writeIf(this.#database, async () => await documents.send(new PutCommand({
      TableName: tableNames.days, Item: { ...key, ...(lastUsedAt !== null && { lastUsedAt }), ...rowKey(key.keyId) }, ...expression({ condition: absent('keyId') }),
    })))
  }

  /** One partition, which a process reads once in 30 seconds, and once a second while it is asked for keys that there are not. */
  async list (): Promise<readonly ApiKey[]> {
    const rows = await queryRows(this.#database, { partition: partition('days', null, REGISTER), newestFirst: true, consistent: true })
    return readable(this.#database, 'days', rows, keyOf)
  }

  async noteUse (keyId: string, hour: Timestamp): Promise<void> {
    const { documents, tableNames } = this.#database
    const condition = allOf(present('keyId'), anyOf(absent('lastUsedAt'), compare('lastUsedAt', '<', hour)))
    await writeIf(this.#database, async () => await documents.send(new UpdateCommand({
      TableName: tableNames.days, Key: rowKey(keyId), ...expression({ update: { set: { lastUsedAt: hour } }, condition }),
    })))
  }

  async remove (keyId: string): Promise<boolean> {
    const { documents, tableNames } = this.#database
    const check = await writeIf(this.#database, async () => await documents.send(new DeleteCommand({
      TableName: tableNames.days, Key: rowKey(keyId), ...expression({ condition: present('keyId') }),
    })))
    return check === null
  }
}

function rowKey (keyId: string) {
  return { register: REGISTER, day: keyId }
}

const keyOf = keeping(['register', 'day'], (row): ApiKey => ({
  keyId: text(row, 'keyId'),
  digest: text(row, 'digest'),
  name: text(row, 'name'),
  scopes: words(row, 'scopes'),
  networks: words(row, 'networks'),
  createdBy: textOrNull(row, 'createdBy'),
  createdAt: text(row, 'createdAt'),
  expiresAt: text(row, 'expiresAt'),
  lastUsedAt: textOrNull(row, 'lastUsedAt'),
}))
