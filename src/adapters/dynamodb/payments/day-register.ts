import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { KeyRange } from '#domain/payments/payment-filter.js'
import { createdKey, dayOf, startOfDay } from '#domain/time.js'
import type { Database } from '../engine/client.js'
import { between, expression } from '../engine/expression.js'
import { partition, queryRows } from '../engine/read.js'
import { integer, text } from '../engine/row.js'

/** Buckets of the payments of a new day. A partition takes 1,000 writes a second. */
const SHARDS = 4
const REGISTER = 'payments'

/** A day on which payments may have been created. */
export interface Day {
  readonly day: string
  /** Counted from 0, its buckets are `day#shard`. Fixed once the day is registered. */
  readonly shards: number
}

/** The days that have payments, so that lists skip the others, and the number of buckets may change from one day to the next. */
export class DayRegister {
  readonly #database: Database
  /** The days that this process knows: a day never changes once it is registered. */
  readonly #known = new Map<string, Promise<number>>()

  constructor (database: Database) {
    this.#database = database
  }

  /** How many buckets a day has, once it is registered: nothing may be written into a bucket before. @throws store_unavailable */
  async shardsOf (day: string): Promise<number> {
    const known = this.#known.get(day)
    if (known !== undefined) return await known
    const registered = this.#register(day)
    this.#known.set(day, registered)
    registered.catch(() => { this.#known.delete(day) })
    return await registered
  }

  async #register (day: string): Promise<number> {
    const { documents, tableNames } = this.#database
    const { Attributes = {} } = await documents.send(new UpdateCommand({
      TableName: tableNames.days,
      Key: { register: REGISTER, day },
      ...expression({ update: { setOnce: { shards: SHARDS } } }),
      ReturnValues: 'ALL_NEW',
    }))
    return integer(Attributes, 'shards')
  }
}

/** The newest `count` days with keys in the range, and the key at which a list goes on with older ones; null where there are none. */
export async function daysOf (database: Database, { low, high }: KeyRange, count: number): Promise<{ days: readonly Day[], nextKey: string | null }> {
  const within = between('day', dayOf(low ?? FIRST), dayOf(high ?? LAST))
  const rows = await queryRows(database, { partition: partition('days', null, REGISTER), within, newestFirst: true, consistent: true }, count + 1)
  const days = rows.map((row) => ({ day: text(row, 'day'), shards: integer(row, 'shards') }))
  const [last] = days.length > count ? days.slice(count - 1) : []
  return {
    // The range may end where a day begins.
    days: days.slice(0, count).filter(({ day }) => high === null || startKey(day) < high),
    nextKey: last === undefined ? null : startKey(last.day),
  }
}

/** Below and above every day and created key. */
export const FIRST = '0'
export const LAST = ':'

/** Below every created key of the day: no id begins with '!', which is below every character of an id. */
function startKey (day: string): string {
  return createdKey(startOfDay(day), '!')
}
