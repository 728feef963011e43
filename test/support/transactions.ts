import { setImmediate } from 'node:timers/promises'
import { TransactionCanceledException, type CancellationReason } from '@aws-sdk/client-dynamodb'
import { databaseOn, type Database } from '#adapters/dynamodb/engine/client.js'
import { storeError, unavailable } from '#adapters/dynamodb/engine/errors.js'
import type { Send } from '#adapters/dynamodb/engine/group-call.js'
import { GroupCommit, type GroupObserver } from '#adapters/dynamodb/engine/group-commit.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { rowNames, type RowNames, type TransactionItem } from '#adapters/dynamodb/engine/transaction.js'
import { transact } from '#adapters/dynamodb/engine/write.js'

export const TABLES_OF_TEST = tableNames({})

/** A put of a message, whose condition is that there is none. */
export const put = (messageId: string, fields: object = {}): TransactionItem =>
  ({ Put: { TableName: TABLES_OF_TEST.messages, Item: { messageId, ...fields }, ConditionExpression: 'attribute_not_exists(messageId)' } })

export interface GroupSettings {
  readonly itemsMax?: number
  readonly rowOf?: RowNames
  readonly observer?: GroupObserver
  readonly now?: () => number
}

/** A database whose transactions go to a sender of the test, and that has nothing else. */
export function databaseOf (send: Send, { itemsMax = 100, rowOf = rowNames(TABLES_OF_TEST), observer = { onCall: () => {}, onSpoilt: () => {} }, now = () => 0 }: GroupSettings = {}): Database {
  const base = databaseOn({} as Parameters<typeof databaseOn>[0], { tableNames: TABLES_OF_TEST })
  return { ...base, groups: new GroupCommit(send, { rowOf, itemsMax, observer, now }) }
}

/** An answer of DynamoDB as the client throws it. */
export function canceledFor (reasons: readonly CancellationReason[], attempts = 1): unknown {
  return storeError(new TransactionCanceledException({ $metadata: { httpStatusCode: 400, attempts }, message: 'canceled', CancellationReasons: [...reasons] }))
}

export const notValid = (attempts = 1): unknown =>
  storeError(Object.assign(new Error('not valid'), { name: 'ValidationException', $metadata: { httpStatusCode: 400, attempts } }))

export const unknownOutcome = (): unknown => unavailable('the store does not say what it has done', new Error('reset'))

/** The call of a sender that a test answers by hand. */
export interface ScriptedCall {
  /** The ids of the messages that it puts. */
  readonly ids: readonly string[]
  readonly answer: () => void
  readonly fail: (error: unknown) => void
}

export function scriptedSender () {
  const calls: ScriptedCall[] = []
  const send: Send = async (items) => await new Promise((resolve, reject) => {
    calls.push({ ids: items.map(({ Put }) => String(Put?.Item?.['messageId'])), answer: () => { resolve(null) }, fail: reject })
  })
  return { calls, send }
}

export const CALLS_MAX = 4

/** Transactions behind as many calls that are under way as there may be. */
export async function behindCalls (settings: GroupSettings = {}) {
  const { calls, send } = scriptedSender()
  const database = databaseOf(send, settings)
  const written: string[] = []
  const errors = new Map<string, unknown>()
  const write = (items: TransactionItem[], id = String(items[0]?.Put?.Item?.['messageId'])): void => {
    transact(database, items).then((checks) => {
      written.push(checks === null ? id : `${id} ${checks.map(({ failed, row }) => `${failed} ${String(row?.['stored'])}`).join()}`)
    }, (error: unknown) => { errors.set(id, error) })
  }
  /** The calls that go out once those under way are answered. */
  const next = async (run: () => void = () => { for (const { answer } of calls.slice(0, CALLS_MAX)) answer() }): Promise<ScriptedCall[]> => {
    const before = calls.length
    run()
    await setImmediate()
    return calls.slice(before)
  }
  /** The one call that is made then. */
  const single = async (run?: () => void): Promise<ScriptedCall> => {
    const [call, ...others] = await next(run)
    if (call === undefined || others.length > 0) throw new Error(`${others.length} other calls`)
    return call
  }
  for (let index = 0; index < CALLS_MAX; index++) {
    write([put(`under way ${index}`)])
    await setImmediate()
  }
  const outcome = (): string[] => written.filter((id) => !id.startsWith('under way'))
  return { calls, write, next, single, outcome, errors }
}
