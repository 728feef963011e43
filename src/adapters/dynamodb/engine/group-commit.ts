import { writeTogether, type Send, type Unit } from './group-call.js'
import { isGuarded, sizeOf, type RowNames, type TransactionItem } from './transaction.js'

/** DynamoDB's limits of one transaction. */
export const ITEMS_MAX = 100
const BYTES_MAX = 4_000_000

/** Transactions wait for one another only while so many calls are under way, and for no longer than this. */
const CALLS_MAX = 4
const WAIT_MAX_MS = 100

/** Receives how transactions fare that go out together. */
export interface GroupObserver {
  /** A call goes out. `waits`: the seconds that each of its transactions has waited for it. */
  readonly onCall: (waits: readonly number[]) => void
  /** A conflict, or a throttled partition, has spoilt a call of several transactions. */
  readonly onSpoilt: () => void
}

interface Waiting extends Unit {
  /** Milliseconds of `performance.now()`. */
  readonly since: number
  readonly rows: readonly string[]
  readonly bytes: number
}

/**
 * Group commit: what waits while calls are under way goes out in one call. A transaction alone never waits. Each ends as if it had gone
 * alone, so that callers need not know. Two that work on one row never go together, and one without a condition, or that was refused for a
 * conflict, goes alone: a group has to be safe to send again.
 */
export class GroupCommit {
  readonly #send: Send
  readonly #rowOf: RowNames
  readonly #itemsMax: number
  readonly #observer: GroupObserver
  #underWay = 0
  #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | undefined

  /** @param itemsMax how many items a call of several transactions may hold; 1 lets each transaction go alone */
  constructor (send: Send, rowOf: RowNames, itemsMax: number, observer: GroupObserver) {
    this.#send = send
    this.#rowOf = rowOf
    this.#itemsMax = itemsMax
    this.#observer = observer
  }

  /** Writes all of the items, or nothing. `isAlone`: in a call of its own. @throws what the transaction alone would throw */
  async write (items: readonly TransactionItem[], isAlone: boolean): Promise<void> {
    if (isAlone || items.length >= this.#itemsMax || !isGuarded(items)) {
      await this.#send(items)
      return
    }
    await new Promise<void>((resolve, reject) => {
      this.#take({ items, resolve, reject })
    })
  }

  #take (unit: Unit): void {
    if (this.#underWay < CALLS_MAX) {
      this.#start([unit], [0])
      return
    }
    const rows = unit.items.map(this.#rowOf)
    if (!rows.every((row) => row !== null)) {
      this.#start([unit], [0])
      return
    }
    this.#waiting.push({ ...unit, rows, bytes: sizeOf(unit.items), since: performance.now() })
    this.#timer ??= setTimeout(() => { this.#startOverdue() }, WAIT_MAX_MS)
  }

  #start (units: readonly Unit[], waits: readonly number[]): void {
    this.#underWay++
    this.#observer.onCall(waits)
    const goOn = (): void => {
      this.#underWay--
      while (this.#underWay < CALLS_MAX && this.#waiting.length > 0) this.#startNext()
    }
    writeTogether(this.#send, units, this.#observer.onSpoilt).then(goOn, (fault: unknown) => {
      // A fault of our own code leaves no caller waiting for ever.
      for (const { reject } of units) reject(fault)
      goOn()
    })
  }

  /** Calls that hang hold nothing up for long. */
  #startOverdue (): void {
    const end = performance.now() - WAIT_MAX_MS
    let [first] = this.#waiting
    while (first !== undefined && first.since <= end) {
      this.#startNext();
      [first] = this.#waiting
    }
    this.#timer = first === undefined ? undefined : setTimeout(() => { this.#startOverdue() }, first.since - end)
  }

  /** Takes what has waited for longest, and all that fits beside it. */
  #startNext (): void {
    const group: Waiting[] = []
    const left: Waiting[] = []
    const rows = new Set<string>()
    let items = 0
    let bytes = 0
    for (const unit of this.#waiting) {
      const fits = group.length === 0 || (items + unit.items.length <= this.#itemsMax && bytes + unit.bytes <= BYTES_MAX && !unit.rows.some((row) => rows.has(row)))
      if (!fits) {
        left.push(unit)
        continue
      }
      group.push(unit)
      for (const row of unit.rows) rows.add(row)
      items += unit.items.length
      bytes += unit.bytes
    }
    this.#waiting = left
    const now = performance.now()
    this.#start(group, group.map(({ since }) => (now - since) / 1000))
  }
}
