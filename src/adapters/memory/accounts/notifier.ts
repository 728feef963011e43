import type { AccountNotification, Notifier } from '#application/ports/notifier.js'
import { Table } from '../engine/table.js'

/** Keeps the account notifications of this process, each key once. It delivers nothing. */
export class MemoryNotifier implements Notifier {
  readonly #notifications = new Table<AccountNotification>()
  readonly #keys: string[] = []

  async enqueue (notification: AccountNotification): Promise<void> {
    if (this.#notifications.get(notification.dedupeKey) !== undefined) return
    this.#notifications.put(notification.dedupeKey, notification)
    this.#keys.push(notification.dedupeKey)
  }

  /** In the order of their arrival. */
  get enqueued (): readonly AccountNotification[] {
    return this.#keys.map((key) => this.#notifications.require(key))
  }
}
