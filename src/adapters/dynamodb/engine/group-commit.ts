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

/** A transaction on a row of one that met a conflict, or a throttled partition, goes alone for so long. */
const CONTESTED_MS = 1000
const CONTESTED_MAX = 1000

export interface GroupOptions {
  readonly rowOf: RowNames
  /** How many items a call of several transactions may hold; 1 lets each transaction go alone. */
  readonly itemsMax: number
  readonly observer: GroupObserver
  /** Milliseconds of a clock that never runs backwards. */
  readonly now: () => number
}

/**
 * Group commit: transactions that wait go out in one call, and each ends as if it had gone alone, so that callers need not know. Two that
 * work on one row never go together. One without a condition, or that was refused for a conflict, goes alone: a group has to be safe to
 * send again. So do others on its rows for a while, because they would spoil the calls of the rest.
 */
export class GroupCommit {
  readonly #send: Send
  readonly #rowOf: RowNames
  readonly #itemsMax: number
  readonly #now: () => number
  readonly #line: WaitingLine<Unit>
  /** The rows of transactions that had to go alone lately, and until when they are contested, the oldest first. */
  readonly #contested = new Map<string, number>()

  constructor (send: Send, { rowOf, itemsMax, observer: { onCall, onSpoilt }, now }: GroupOptions) {
    this.#send = send
    this.#rowOf = rowOf
    this.#itemsMax = itemsMax
    this.#now = now
    this.#line = new WaitingLine({
      choice: () => this.#choice(),
      call: async (units, waits) => {
        onCall(waits)
        await writeTogether(send, units, onSpoilt)
      },
    })
  }

  /**
   * Writes all of the items, or nothing. `isRefused`: the same transaction has met a conflict or a throttled partition.
   *
   * @throws what the transaction alone would throw
   */
  async write (items: readonly TransactionItem[], isRefused: boolean): Promise<void> {
    if (isRefused) this.#contest(items)
    if (isRefused || items.length >= this.#itemsMax || !isGuarded(items) || this.#isContested(items)) {
      await this.#send(items)
      return
    }
    await new Promise<void>((resolve, reject) => { this.#line.enter({ items, resolve, reject }) })
  }

  #contest (items: readonly TransactionItem[]): void {
    const now = this.#now()
    for (const row of this.#rowsOf(items)) {
      this.#contested.delete(row)
      this.#contested.set(row, now + CONTESTED_MS)
    }
    for (const [row, until] of this.#contested) {
      if (until > now && this.#contested.size <= CONTESTED_MAX) break
      this.#contested.delete(row)
    }
  }

  #isContested (items: readonly TransactionItem[]): boolean {
    if (this.#contested.size === 0) return false
    const now = this.#now()
    return this.#rowsOf(items).some((row) => (this.#contested.get(row) ?? now) > now)
  }

  #rowsOf (items: readonly TransactionItem[]): readonly string[] {
    return items.map(this.#rowOf).filter((row) => row !== null)
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
