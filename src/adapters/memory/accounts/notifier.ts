import type { Notice, Notifier } from '#application/ports/notifier.js'
import { Table } from '../engine/table.js'

/** Keeps the notices of this process, each key once, for whoever looks: nothing is delivered. */
export class MemoryNotifier implements Notifier {
  readonly #notices = new Table<Notice>()
  readonly #keys: string[] = []

  async enqueue (notice: Notice): Promise<void> {
    if (this.#notices.get(notice.dedupeKey) !== undefined) return
    this.#notices.put(notice.dedupeKey, notice)
    this.#keys.push(notice.dedupeKey)
  }

  /** From the first to the last. */
  get notices (): readonly Notice[] {
    return this.#keys.map((key) => this.#notices.require(key))
  }
}
