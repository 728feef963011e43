import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { LeaseClaim } from '#domain/lease.js'
import { newRound, type Round } from '#domain/payments/round.js'
import type { RoundStore } from '#application/ports/round-store.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, anyOf, compare, expression } from '../engine/expression.js'
import { getRow } from '../engine/read.js'
import { flag, integer, text, textOrNull, words, type Row } from '../engine/row.js'
import { takenBy, writeIf } from '../engine/write.js'

/** Beside the register of the days on which payments were created. */
const REGISTER = 'rounds'

export class DynamoRoundStore implements RoundStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async find (day: string): Promise<Round | null> {
    const row = await getRow(this.#database, 'days', keyOf(day))
    return row === null ? null : roundOf(row)
  }

  async claim (day: string, { owner, until, now }: LeaseClaim): Promise<Round> {
    const { documents, tableNames } = this.#database
    const { step, cursor, left, unlisted, done } = newRound(day)
    let claimed: Row = {}
    const check = await writeIf(this.#database, async () => {
      const { Attributes = {} } = await documents.send(new UpdateCommand({
        TableName: tableNames.days,
        Key: keyOf(day),
        ...expression({
          condition: anyOf(absent('owner'), compare('owner', '=', owner), compare('until', '<=', now)),
          update: { set: { owner, until }, setOnce: { step, cursor, left, unlisted, done }, add: { epoch: 1 } },
        }),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }))
      claimed = Attributes
    })
    return roundOf(check === null ? claimed : takenBy(check))
  }

  async save ({ day, owner, epoch, until, step, cursor, left, unlisted, done }: Round): Promise<boolean> {
    const { documents, tableNames } = this.#database
    return await writeIf(this.#database, async () => await documents.send(new UpdateCommand({
      TableName: tableNames.days,
      Key: keyOf(day),
      ...expression({
        condition: allOf(compare('owner', '=', owner), compare('epoch', '=', epoch)),
        update: { set: { until, step, cursor, left, unlisted, done } },
      }),
    }))) === null
  }
}

function keyOf (day: string) {
  return { register: REGISTER, day }
}

function roundOf (row: Row): Round {
  return {
    day: text(row, 'day'),
    owner: text(row, 'owner'),
    epoch: integer(row, 'epoch'),
    until: text(row, 'until'),
    step: textOrNull(row, 'step'),
    cursor: textOrNull(row, 'cursor'),
    left: integer(row, 'left'),
    unlisted: words(row, 'unlisted'),
    done: flag(row, 'done'),
  }
}
