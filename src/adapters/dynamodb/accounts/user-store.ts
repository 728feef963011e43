import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { DomainError } from '#domain/errors.js'
import type { User } from '#domain/accounts/user.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { UserAudit, UserChange, UserStore } from '#application/ports/user-store.js'
import { auditPut } from './audit-store.js'
import { batchGet } from '../engine/batch-get.js'
import { deadline, type Database } from '../engine/database.js'
import { busy } from '../engine/errors.js'
import { absent, allOf, compare, expression, present, type Condition } from '../engine/expression.js'
import { pageOf, queryRows } from '../engine/query.js'
import { rowOf, text, type Row } from '../engine/row.js'
import { transact, type TransactionItem } from '../engine/transact.js'
import { USER_SHARDS, userOf, userRow } from './user-row.js'

/** How long a change tries to be the next one while others change the same user. */
const UPDATE_DEADLINE_MS = 3000

export class DynamoUserStore implements UserStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (user: User): Promise<Insertion<User>> {
    try {
      await this.#database.documents.send(new PutCommand({
        TableName: this.#table,
        Item: userRow(user),
        ...expression({ condition: absent('email') }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }))
      return { inserted: true, stored: user }
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) throw error
      const stored = userOf(rowOf(error.Item))
      return { inserted: stored.userId === user.userId, stored }
    }
  }

  async find (userId: string): Promise<User | null> {
    const [row] = await queryRows(this.#database.documents, {
      TableName: this.#table,
      IndexName: 'userId-index',
      ...expression({ key: compare('userId', '=', userId) }),
    }, 1)
    if (row === undefined) return null
    const user = await this.findByEmail(text(row, 'email'))
    // The index may be behind: the address can be another's by now.
    return user?.userId === userId ? user : null
  }

  async findByEmail (email: string): Promise<User | null> {
    const { Item } = await this.#database.documents.send(new GetCommand({ TableName: this.#table, Key: { email }, ConsistentRead: true }))
    return Item === undefined ? null : userOf(Item)
  }

  async update (email: string, change: UserChange, audit?: UserAudit): Promise<User> {
    const expired = deadline(this.#database, UPDATE_DEADLINE_MS)
    let current = await this.findByEmail(email)
    do {
      if (current === null) throw new DomainError('not_found', 'there is no such user')
      const after = change(current)
      if (after === current) return current
      if (await this.#replace(current, after, audit)) return after
      current = await this.findByEmail(email)
    } while (!expired())
    throw busy()
  }

  async list (page: PageRequest): Promise<Page<User>> {
    const shards = await Promise.all(Array.from({ length: USER_SHARDS }, async (_, shard) => await this.#newest(String(shard), page)))
    const newest = shards.flat().toSorted((one, other) => text(one, 'createdKey') < text(other, 'createdKey') ? 1 : -1)
    const { items, nextKey } = pageOf(newest, page, (row) => text(row, 'createdKey'))
    const emails = items.map((row) => text(row, 'email'))
    const rows = await batchGet(this.#database, this.#table, emails.map((email) => ({ email })))
    // A batch answers in any order.
    const found = new Map(rows.map((row) => [text(row, 'email'), userOf(row)]))
    return { items: emails.map((email) => found.get(email)).filter((user) => user !== undefined), nextKey }
  }

  get #table (): string {
    return this.#database.tableNames.users
  }

  /** Writes the next version, unless another came before. A transaction, because a repeat of the SDK's own then knows what it has done. */
  async #replace (before: User, after: User, audit?: UserAudit): Promise<boolean> {
    const isStill = allOf(present('email'), before.version === 0 ? absent('version') : compare('version', '=', before.version))
    const items = after.email === before.email ? [this.#change(after, isStill)] : [this.#remove(before, isStill), this.#put(after)]
    const lines = audit === undefined ? [] : [{ Put: auditPut(this.#database, audit(before, after)) }]
    return await transact(this.#database, [...items, ...lines]) === null
  }

  /** Sets attributes instead of putting a row, so that what the earlier application has beside them stays. */
  #change (after: User, isStill: Condition): TransactionItem {
    const { email, ...row } = userRow(after)
    const entries = Object.entries(row)
    const set = Object.fromEntries(entries.filter((entry): entry is [string, NonNullable<typeof entry[1]>] => entry[1] !== null))
    const remove = entries.filter(([, value]) => value === null).map(([attribute]) => attribute)
    return { Update: { TableName: this.#table, Key: { email }, ...expression({ condition: isStill, update: { set, remove } }) } }
  }

  #remove ({ email }: User, isStill: Condition): TransactionItem {
    return { Delete: { TableName: this.#table, Key: { email }, ...expression({ condition: isStill }) } }
  }

  #put (user: User): TransactionItem {
    return { Put: { TableName: this.#table, Item: userRow(user), ...expression({ condition: absent('email') }) } }
  }

  /** The newest rows of a shard of the list, one more than the page has. */
  async #newest (shard: string, { before, limit }: PageRequest): Promise<Row[]> {
    const inShard = compare('listShard', '=', shard)
    return await queryRows(this.#database.documents, {
      TableName: this.#table,
      IndexName: 'listShard-createdKey-index',
      ScanIndexForward: false,
      ...expression({ key: before === null ? inShard : allOf(inShard, compare('createdKey', '<', before)) }),
    }, limit + 1)
  }
}
