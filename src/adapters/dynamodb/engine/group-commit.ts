import { writeTogether, type Send, type Unit } from './group-call.js'
import { isGuarded, sizeOf, type RowNames, type TransactionItem } from './transaction.js'
import { WaitingLine, type Choice } from './waiting-line.js'

/** DynamoDB's limits of one transaction, and of one batch of reads. */
export const ITEMS_MAX = 100
const BYTES_MAX = 4_000_000

/** Receives how transactions fare that go out together. */
export interface GroupObserver {
  /** A call goes out. `waits`: the seconds that each of its transactions has waited for it. */
  readonly onCall: (waits: readonly number[]) => void
  /** A conflict, or a throttled partition, has spoilt a call of several transactions. */
  readonly onSpoilt: () => void
}

/**
 * Group commit: transactions that wait go out in one call, and each ends as if it had gone alone, so that callers need not know. Two that
 * work on one row never go together. One without a condition, or that was refused for a conflict, goes alone: a group has to be safe to
 * send again.
 */
export class GroupCommit {
  readonly #send: Send
  readonly #rowOf: RowNames
  readonly #itemsMax: number
  readonly #line: WaitingLine<Unit>

  /** @param itemsMax how many items a call of several transactions may hold; 1 lets each transaction go alone */
  constructor (send: Send, rowOf: RowNames, itemsMax: number, { onCall, onSpoilt }: GroupObserver) {
    this.#send = send
    this.#rowOf = rowOf
    this.#itemsMax = itemsMax
    this.#line = new WaitingLine({
      // A transaction alone goes at once; one that waits for others of its turn would meet their conflicts.
      gathers: false,
      choice: () => this.#choice(),
      call: async (units, waits) => {
        onCall(waits)
        await writeTogether(send, units, onSpoilt)
      },
    })
  }

  /** Writes all of the items, or nothing. `isAlone`: in a call of its own. @throws what the transaction alone would throw */
  async write (items: readonly TransactionItem[], isAlone: boolean): Promise<void> {
    if (isAlone || items.length >= this.#itemsMax || !isGuarded(items)) {
      await this.#send(items)
      return
    }
    await new Promise<void>((resolve, reject) => { this.#line.enter({ items, resolve, reject }) })
  }

  #choice (): Choice<Unit> {
    const taken = new Set<string>()
    let items = 0
    let bytes = 0
    return (unit) => {
      const isFirst = items === 0
      if (!isFirst && items + unit.items.length > this.#itemsMax) return false
      const rows = unit.items.map(this.#rowOf)
      const size = sizeOf(unit.items)
      if (!isFirst && (bytes + size > BYTES_MAX || rows.some((row) => row === null || taken.has(row)))) return false
      // Nothing goes beside a row without a name.
      items += rows.includes(null) ? this.#itemsMax : unit.items.length
      bytes += size
      for (const row of rows) if (row !== null) taken.add(row)
      return true
    }
  }
}
