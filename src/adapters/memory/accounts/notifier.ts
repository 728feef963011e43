import type { Notice, Notifier } from '#application/ports/notifier.js'
import { Table } from '../engine/table.js'

/** Keeps the account notices of this process, each key once. It delivers nothing. */
export class MemoryNotifier implements Notifier {
  readonly #notices = new Table<Notice>()
  readonly #keys: string[] = []

  async enqueue (notice: Notice): Promise<void> {
    if (this.#notices.get(notice.dedupeKey) !== undefined) return
    this.#notices.put(notice.dedupeKey, notice)
    this.#keys.push(notice.dedupeKey)
  }

  /** In the order of their arrival. */
  get notices (): readonly Notice[] {
    return this.#keys.map((key) => this.#notices.require(key))
  }
}
