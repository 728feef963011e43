import { setImmediate } from 'node:timers/promises'
import type { AttributeValue, CancellationReason } from '@aws-sdk/client-dynamodb'
import { busy } from '#adapters/dynamodb/engine/errors.js'
import type { Send } from '#adapters/dynamodb/engine/group-call.js'
import { rowNames, type TransactionItem } from '#adapters/dynamodb/engine/transaction.js'
import { canceledFor, notValid, put, TABLES_OF_TEST, unknownOutcome } from './transactions.js'

/** A transaction of a test. All numbers are small, so that many meet on few rows. */
export interface Wish {
  /** The row that it makes, if there is none. */
  readonly row: number
  /** The counters that it raises by one. */
  readonly counters: readonly number[]
  /** Whether all of its counters have to be open. */
  readonly isCareful: boolean
  /** Whether DynamoDB never takes it. */
  readonly isInvalid: boolean
}

export interface ModelFault {
  readonly kind: 'none' | 'conflict' | 'throttled' | 'lost before' | 'lost after' | 'busy'
  /** Which item of the call it hits. */
  readonly place: number
  /** Turns of the event loop until the answer. */
  readonly turns: number
}

const INVALID = 'invalid'
const OPEN = 'open'

export const isClosed = (counter: number): boolean => counter % 4 === 3

const counterItem = (unit: string, counter: number, isCareful: boolean): TransactionItem => ({
  Update: {
    TableName: TABLES_OF_TEST.inbox,
    Key: { userId: 'counter', conversationId: String(counter) },
    UpdateExpression: 'ADD sum :one',
    ExpressionAttributeValues: { ':unit': unit },
    ...(isCareful && { ConditionExpression: OPEN }),
  },
})

export function itemsOf (unit: string, { row, counters, isCareful, isInvalid }: Wish): TransactionItem[] {
  return [put(`row ${row}`, { unit, [INVALID]: isInvalid }), ...counters.map((counter) => counterItem(unit, counter, isCareful))]
}

export const unitOf = ({ Put, Update }: TransactionItem): string => String(Put?.Item?.['unit'] ?? Update?.ExpressionAttributeValues?.[':unit'])

/** What DynamoDB promises of a transaction: all or nothing, the reasons by item, no row twice. It misbehaves as planned, call by call. */
export class TransactionModel {
  /** The transaction that made each row. */
  readonly rows = new Map<string, string>()
  readonly sums = new Map<string, number>()
  /** How often each transaction was carried out. */
  readonly done = new Map<string, number>()
  /** The transactions that were in a call whose answer was lost, or for which DynamoDB was busy. */
  readonly unanswered = new Set<string>()
  readonly brokenRules: string[] = []
  readonly #faults: ModelFault[]

  constructor (faults: readonly ModelFault[]) {
    this.#faults = [...faults]
  }

  readonly send: Send = async (items) => {
    const { kind, place, turns } = this.#faults.shift() ?? { kind: 'none', place: 0, turns: 1 }
    for (let turn = 0; turn < turns; turn++) await setImmediate()
    const units = new Set(items.map(unitOf))
    this.#checkRules(items)
    if (items.some(({ Put }) => Put?.Item?.[INVALID] === true)) throw notValid()
    if (kind === 'busy' || kind.startsWith('lost')) for (const unit of units) this.unanswered.add(unit)
    if (kind === 'busy') throw busy()
    if (kind === 'lost before') throw unknownOutcome()
    const hit = kind === 'conflict' ? 'TransactionConflict' : 'ThrottlingError'
    // DynamoDB may look at no other item once one has met an obstacle.
    if (kind === 'conflict' || kind === 'throttled') throw canceledFor(items.map((item, index) => index === place % items.length ? { Code: hit } : index < place ? this.#reasonOf(item) : { Code: 'None' }))
    const reasons = items.map((item) => this.#reasonOf(item))
    if (reasons.some(({ Code }) => Code !== 'None')) throw canceledFor(reasons)
    for (const item of items) this.#carryOut(item)
    for (const unit of units) this.done.set(unit, (this.done.get(unit) ?? 0) + 1)
    if (kind === 'lost after') throw unknownOutcome()
  }

  #checkRules (items: readonly TransactionItem[]): void {
    if (items.length > 100) this.brokenRules.push(`${items.length} items`)
    if (new Set(items.map(rowNames(TABLES_OF_TEST))).size < items.length) this.brokenRules.push('a row twice')
  }

  #reasonOf ({ Put, Update }: TransactionItem): CancellationReason {
    const id = Put?.Item?.['messageId'] as string | undefined
    const taken = id === undefined ? undefined : this.rows.get(id)
    if (taken !== undefined) return { Code: 'ConditionalCheckFailed', Item: { messageId: { S: id }, unit: { S: taken } } as Record<string, AttributeValue> }
    return { Code: Update?.ConditionExpression === OPEN && isClosed(Number(Update.Key?.['conversationId'])) ? 'ConditionalCheckFailed' : 'None' }
  }

  #carryOut ({ Put, Update }: TransactionItem): void {
    if (Put !== undefined) this.rows.set(String(Put.Item?.['messageId']), unitOf({ Put }))
    const counter = Update?.Key?.['conversationId'] as string | undefined
    if (counter !== undefined) this.sums.set(counter, (this.sums.get(counter) ?? 0) + 1)
  }
}
