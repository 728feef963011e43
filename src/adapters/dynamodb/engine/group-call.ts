import { TransactionCanceledException, type CancellationReason } from '@aws-sdk/client-dynamodb'
import { DomainError } from '#domain/errors.js'
import { isDecided, isOfRepeat, isOfStore, storeError } from './errors.js'
import type { TransactionItem } from './transaction.js'

/** Writes all of the items, or nothing. Its errors have been through `storeError`. */
export type Send = (items: readonly TransactionItem[]) => Promise<unknown>

/** A transaction of one caller, who learns of it alone. */
export interface Unit {
  readonly items: readonly TransactionItem[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** After so many calls that others have spoilt, each of the units that are left goes alone. */
const CALLS_MAX = 3

/**
 * Writes units together, and settles each exactly as its own transaction would end. A unit that no call has taken up goes out again
 * with the others that are left.
 *
 * @param onSpoilt called for each call that a conflict or a throttled partition has spoilt
 */
export async function writeTogether (send: Send, units: readonly Unit[], onSpoilt: () => void): Promise<void> {
  let left = units
  for (let calls = 0; left.length > 1 && calls < CALLS_MAX; calls++) left = await attempt(send, left, onSpoilt)
  await Promise.all(left.map(async (unit) => await send(unit.items).then(unit.resolve, unit.reject)))
}

/** Makes one call. The units whose turn has not come stay: DynamoDB had nothing against them. */
async function attempt (send: Send, units: readonly Unit[], onSpoilt: () => void): Promise<readonly Unit[]> {
  const items = units.flatMap((unit) => unit.items)
  try {
    await send(items)
    for (const { resolve } of units) resolve()
    return []
  } catch (error) {
    const canceled = canceledBy(error)
    if (canceled?.CancellationReasons?.length === items.length) return shareOut(units, canceled, canceled.CancellationReasons, onSpoilt)
    if (isOfStore(error) || isOfRepeat(error)) {
      for (const { reject } of units) reject(error)
    } else {
      const middle = Math.ceil(units.length / 2)
      await Promise.all([units.slice(0, middle), units.slice(middle)].map(async (half) => await writeTogether(send, half, onSpoilt)))
    }
    return []
  }
}

/**
 * Gives each unit its own reasons. While one item of the call met an obstacle other than its condition, nothing is known for sure of the
 * conditions of the others: then its unit alone has failed, and the rest is sent again.
 */
function shareOut (units: readonly Unit[], canceled: TransactionCanceledException, reasons: readonly CancellationReason[], onSpoilt: () => void): readonly Unit[] {
  const isAllDecided = reasons.every(isDecided)
  if (!isAllDecided) onSpoilt()
  const left: Unit[] = []
  let next = 0
  for (const unit of units) {
    const own = reasons.slice(next, next += unit.items.length)
    if (isAllDecided ? own.some(hasFailed) : !own.every(isDecided)) unit.reject(storeError(withReasons(canceled, own)))
    else left.push(unit)
  }
  return left
}

function hasFailed ({ Code = 'None' }: CancellationReason): boolean {
  return Code !== 'None'
}

/** The answer that DynamoDB would have given to the transaction of one unit. */
function withReasons ({ $metadata }: TransactionCanceledException, own: CancellationReason[]): TransactionCanceledException {
  const codes = own.map(({ Code = 'None' }) => Code).join(', ')
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`
  return new TransactionCanceledException({ $metadata, message, CancellationReasons: own })
}

/** The cancellation behind an error; null for another error. */
function canceledBy (error: unknown): TransactionCanceledException | null {
  const answer = error instanceof DomainError ? error.cause : error
  return answer instanceof TransactionCanceledException ? answer : null
}
