import { hash } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { DomainError } from '#domain/errors.js'
import type { PhoneCode } from '#domain/accounts/phone.js'
import type { SecondFactor } from '#domain/accounts/second-factor.js'
import { LATER_USER_FIELDS, type EarlierReset, type EmailChange, type MailedSecret, type User } from '#domain/accounts/user.js'
import { shardOf } from '#domain/shard.js'
import { createdKey } from '#domain/time.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { UserAudit, UserChange, UserStore } from '#application/ports/account-stores.js'
import { auditPut } from './audit-store.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, compare, expression, present, type Condition } from '../engine/expression.js'
import { newestRows } from '../engine/page.js'
import { getRow, loadRows, partition, queryRows } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { untilWritten } from '../engine/retry.js'
import { flag, integer, keeping, mapOrNull, maps, text, textOrNull, word, words, type Row } from '../engine/row.js'
import { takenBy, transact, writeIf, type TransactionItem } from '../engine/write.js'

/** Partitions of the list of all users. To have more of them later means to write `listShard` anew. */
const USER_SHARDS = 8

export class DynamoUserStore implements UserStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (user: User): Promise<Insertion<User>> {
    const check = await writeIf(this.#database, async () => await this.#database.documents.send(new PutCommand({
      TableName: this.#table,
      Item: userRow(user),
      ...expression({ condition: absent('email') }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })))
    if (check === null) return { inserted: true, stored: user }
    const stored = userOf(takenBy(check))
    return { inserted: stored.userId === user.userId, stored }
  }

  async find (userId: string): Promise<User | null> {
    const [row] = await queryRows(this.#database, { partition: partition('users', 'userId-index', userId) }, 1)
    if (row === undefined) return null
    const user = await this.findByEmail(text(row, 'email'))
    // The index may be behind: the address can belong to another user by now.
    return user?.userId === userId ? user : null
  }

  async findByEmail (email: string): Promise<User | null> {
    const row = await getRow(this.#database, 'users', { email })
    return row === null ? null : userOf(row)
  }

  async update (email: string, change: UserChange, audit?: UserAudit): Promise<User> {
    return await untilWritten(this.#database, async () => {
      const current = await this.findByEmail(email)
      if (current === null) throw new DomainError('not_found', 'there is no such user')
      const after = change(current)
      if (after === current) return current
      return await this.#replace(current, after, audit) ? after : undefined
    })
  }

  async list (page: PageRequest): Promise<Page<User>> {
    const shards = Array.from({ length: USER_SHARDS }, (_, shard) => partition('users', 'listShard-createdKey-index', String(shard)))
    const { items, nextKey } = await newestRows(this.#database, shards, page)
    return { items: readable(this.#database, 'users', await loadRows(this.#database, 'users', items), userOf), nextKey }
  }

  get #table (): string {
    return this.#database.tableNames.users
  }

  /** Writes the next version, unless another came before. A transaction, because the SDK's own repeat of one knows what it has done. */
  async #replace (before: User, after: User, audit?: UserAudit): Promise<boolean> {
    const isStill = allOf(present('email'), before.version === 0 ? absent('version') : compare('version', '=', before.version))
    const items = after.email === before.email ? [this.#change(before, after, isStill)] : [this.#remove(before, isStill), this.#put(after)]
    const lines = audit === undefined ? [] : [{ Put: auditPut(this.#database, audit(before, after)) }]
    const checks = await transact(this.#database, [...items, ...lines])
    if (checks !== null && after.email !== before.email && checks[1]?.failed === true) throw emailTaken()
    return checks === null
  }

  /**
   * Sets the attributes that have changed, and all of ours where the earlier application has written the row. What that application
   * keeps beside them stays, even while it writes too: it knows no versions.
   */
  #change (before: User, after: User, isStill: Condition): TransactionItem {
    const { email, ...row } = userRow(after)
    const known: Row = before.version === 0 ? {} : userRow(before)
    const set = Object.fromEntries(Object.entries(row).filter(([attribute, value]) => value !== known[attribute]))
    return { Update: { TableName: this.#table, Key: { email }, ...expression({ condition: isStill, update: { set } }) } }
  }

  #remove ({ email }: User, isStill: Condition): TransactionItem {
    return { Delete: { TableName: this.#table, Key: { email }, ...expression({ condition: isStill }) } }
  }

  #put (user: User): TransactionItem {
    return { Put: { TableName: this.#table, Item: userRow(user), ...expression({ condition: absent('email') }) } }
  }
}

function emailTaken (): DomainError {
  return new DomainError('email_taken', 'the address has an account already')
}

function userRow (user: User) {
  return { ...user, listShard: String(shardOf(user.userId, USER_SHARDS)), createdKey: createdKey(user.createdAt, user.userId) }
}

function userOf (row: Row): User {
  return row['version'] === undefined ? earlierUserOf(row) : ourUserOf(row)
}

const ourUserOf = keeping(['listShard', 'createdKey'], (row): User => ({
  userId: text(row, 'userId'),
  email: text(row, 'email'),
  emailVerified: flag(row, 'emailVerified'),
  phone: textOrNull(row, 'phone'),
  confirmedPhone: textOrNull(row, 'confirmedPhone'),
  phoneCode: phoneCodeIn(mapOrNull(row, 'phoneCode')),
  name: text(row, 'name'),
  locale: word(row, 'locale'),
  role: word(row, 'role'),
  status: word(row, 'status'),
  passwordHash: textOrNull(row, 'passwordHash'),
  epoch: integer(row, 'epoch'),
  verification: secretOf(mapOrNull(row, 'verification')),
  reset: secretOf(mapOrNull(row, 'reset')),
  earlierResets: row['earlierResets'] === undefined ? [] : maps(row, 'earlierResets').map(earlierResetOf),
  emailChange: emailChangeOf(mapOrNull(row, 'emailChange')),
  formerEmails: row['formerEmails'] === undefined ? [] : words(row, 'formerEmails'),
  secondFactor: secondFactorIn(mapOrNull(row, 'secondFactor')),
  createdAt: text(row, 'createdAt'),
  updatedAt: text(row, 'updatedAt'),
  version: integer(row, 'version'),
}))

function secretOf (row: Row | null): MailedSecret | null {
  return row === null ? null : mailedSecretOf(row)
}

const mailedSecretOf = keeping([], (row): MailedSecret => ({ digest: text(row, 'digest'), expiresAt: text(row, 'expiresAt') }))

function emailChangeOf (row: Row | null): EmailChange | null {
  return row === null ? null : knownEmailChangeOf(row)
}

const knownEmailChangeOf = keeping([], (row): EmailChange => ({ email: text(row, 'email'), digest: text(row, 'digest'), expiresAt: text(row, 'expiresAt'), epoch: integer(row, 'epoch') }))

function phoneCodeIn (row: Row | null): PhoneCode | null {
  return row === null ? null : phoneCodeOf(row)
}

const phoneCodeOf = keeping([], (row): PhoneCode => ({ phone: text(row, 'phone'), digest: text(row, 'digest'), expiresAt: text(row, 'expiresAt'), tries: integer(row, 'tries') }))

function secondFactorIn (row: Row | null): SecondFactor | null {
  return row === null ? null : secondFactorOf(row)
}

const secondFactorOf = keeping([], (row): SecondFactor => ({
  sealed: text(row, 'sealed'), onSince: textOrNull(row, 'onSince'), lastStep: integer(row, 'lastStep'), recoveryDigests: words(row, 'recoveryDigests'),
}))

const earlierResetOf = keeping([], (row): EarlierReset => ({ digest: text(row, 'digest'), expiresAt: text(row, 'expiresAt'), epoch: integer(row, 'epoch') }))

/** A row of the earlier application has an address, a role and the time of its creation. It has no password, so that a reset lets its owner in. */
function earlierUserOf (row: Row): User {
  const email = text(row, 'email')
  const createdAt = earlierTime(row['createdAt'])
  return {
    // Derived from the address, so that it is the same until the first change stores it.
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
    ...LATER_USER_FIELDS,
    createdAt,
    updatedAt: createdAt,
    version: 0,
  }
}

/** A time that cannot be read must not lock the owner of the row out. */
function earlierTime (value: unknown): string {
  const time = new Date(typeof value === 'number' ? value : String(value))
  return (Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString()
}
