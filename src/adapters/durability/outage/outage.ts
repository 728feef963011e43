import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Clock, Freshness } from '#application/ports/system.js'
import type { Page } from '#application/ports/page.js'
import { Turns } from '#application/turns.js'
import type { Journal } from '../journal/journal.js'
import type { Entry } from '../journal/journal-state.js'
import { withMethods } from '../proxy.js'
import type { JournaledWrite } from '../writes/journaled-write.js'
import { answerName, LastAnswers } from './last-answers.js'
import { away, isOutage, StoreHealth } from './store-health.js'
import { WaitingWrites } from './waiting-writes.js'

const FULL_RETRY_AFTER_S = 60

/** Remembers an answer of the store for an outage, under a name of `answerName`. */
export type Remember = (name: string, value: unknown) => void

export interface OutageOptions {
  readonly journal: Journal<JournaledWrite>
  readonly freshness: Freshness
  /** Writes that may wait at the same time. All of them are in memory too. */
  readonly depthMax: number
  readonly clock: Clock
  /** Milliseconds of a monotonic clock. */
  readonly nowMs: () => number
  /** Probes the store. @throws store_unavailable */
  readonly ping: () => Promise<void>
  /** Called when the store goes away and when it is back. */
  readonly onChange: (isAway: boolean) => void
}

/**
 * Decides for each call whether the store or the journal answers it.
 *
 * The store has two modes, and a third name for the first one while the journal holds waiting writes:
 *
 *   direct ── five calls in a row fail with `store_unavailable` ──▶ away (a call that the store refuses counts where a probe fails too)
 *   away ── three probes of the drain in a row are answered ──▶ direct (`draining` until no write waits)
 *
 * - direct: calls go to the store, and its answers are remembered. One write that fails with `store_unavailable` goes to the journal
 *   already; one read that fails gets the last answer.
 * - away: no call but the probe reaches the store. A write that may be journaled is acknowledged once it is in the journal. A read gets
 *   the waiting writes on top of the last answer, marked as stale. Any other call fails at once with `store_unavailable`.
 * - draining: as direct, while `Drain` carries out the waiting writes.
 *
 * Besides, each key (a conversation, a payment, a webhook event, …) has its own mode, so that no write overtakes an earlier one:
 *
 *   direct ── a write of the key is journaled ──▶ journaled ── its last waiting write is carried out or quarantined ──▶ direct
 *
 * - journaled: further writes of the key queue behind the waiting ones, also while the store answers. Reads show the waiting writes.
 *   Calls that need the store and name the key fail with `store_unavailable`.
 *
 * A journaled write is waiting, then settled (the store has it) or quarantined (a person has to look); the person lets it wait again or
 * ends it.
 */
export class Outage {
  readonly health: StoreHealth
  readonly journal: Journal<JournaledWrite>
  readonly waiting = new WaitingWrites((paymentId) => this.lastAnswer<Payment | null>(answerName.payment(paymentId)) ?? undefined)
  readonly clock: Clock
  readonly #depthMax: number
  readonly #freshness: Freshness
  readonly #answers = new LastAnswers()
  readonly #nowMs: () => number
  readonly #turns = new Turns()

  constructor ({ journal, freshness, depthMax, clock, nowMs, ping, onChange }: OutageOptions) {
    this.health = new StoreHealth({ ping, nowMs, onChange })
    this.journal = journal
    this.clock = clock
    this.#depthMax = depthMax
    this.#freshness = freshness
    this.#nowMs = nowMs
    for (const { value } of journal.pending()) this.waiting.add(value)
  }

  /** Calls `direct`; where the store is away or the key is journaled, `journaled` instead, for one write of the key after another. */
  async write<T> (key: string, direct: (remember: Remember) => Promise<T>, journaled: () => Promise<T>): Promise<T> {
    if (!this.health.isAway && !this.waiting.has(key)) {
      try {
        return await this.callStore(direct)
      } catch (error) {
        if (!isOutage(error)) throw error
      }
    }
    return await this.#turns.take(key, journaled)
  }

  /** Resolves once the write is in the journal and may be acknowledged. @throws store_unavailable */
  async append (write: JournaledWrite): Promise<void> {
    if (this.journal.depth >= this.#depthMax) throw new DomainError('store_unavailable', 'the journal is full', { retryAfterS: FULL_RETRY_AFTER_S })
    await this.journal.append(write)
    this.waiting.add(write)
  }

  /** The store has the write. */
  settle ({ sequence, value }: Entry<JournaledWrite>): void {
    this.journal.settle(sequence)
    this.waiting.remove(value)
  }

  /** The write cannot be carried out. Later writes of its key go on without it. @throws store_unavailable */
  async quarantine ({ sequence, value }: Entry<JournaledWrite>, reason: string): Promise<void> {
    await this.journal.quarantine(sequence, reason)
    this.waiting.remove(value)
  }

  /** Lets a write in quarantine wait again. @throws store_unavailable */
  async readmit ({ sequence, value }: Entry<JournaledWrite>): Promise<void> {
    await this.journal.readmit(sequence)
    this.waiting.add(value)
  }

  /** Marks a value that comes from the journal, if there is one: the answer is then newer than the store, and not whole. */
  fromJournal<T> (value: T): T {
    if (value !== undefined) this.#freshness.note(0)
    return value
  }

  /** The store's answer, or its last one. @throws store_unavailable where there is neither */
  async read<T> (name: string, direct: (remember: Remember) => Promise<T>): Promise<T> {
    return await this.readOr<T>(name, direct, () => undefined)
  }

  /** The same of a list. Where rows of it wait and no answer is remembered, the list is empty. */
  async readList<T> (name: string, direct: (remember: Remember) => Promise<Page<T>>, hasWaiting: () => boolean): Promise<Page<T>> {
    return await this.readOr(name, direct, () => hasWaiting() ? { items: [], nextKey: null } : undefined)
  }

  /**
   * The same of a list with its waiting rows. Rows that waited when the store was asked are merged too, and remembered with its answer:
   * the drain can carry them out after the store has looked, and a later stale answer must not show less than this one.
   */
  async readMerged<T> (name: string, direct: (remember: Remember) => Promise<Page<T>>, waitingRows: () => T[], merge: (theirs: Page<T>, waiting: T[]) => Page<T>): Promise<Page<T>> {
    const before = waitingRows()
    const page = await this.readList(name, async (remember) => merge(await direct(remember), before), () => waitingRows().length > 0)
    return merge(page, waitingRows())
  }

  /** The store's answer, or its last one, or what `withoutStore` makes of the journal. @throws store_unavailable where that is undefined */
  async readOr<T> (name: string, direct: (remember: Remember) => Promise<T>, withoutStore: () => T | undefined): Promise<T> {
    try {
      return await this.callStore(async (remember) => {
        const value = await direct(remember)
        remember(name, value)
        return value
      })
    } catch (error) {
      if (!isOutage(error)) throw error
      const answer = this.staleAnswer<T>(name) ?? this.fromJournal(withoutStore())
      if (answer === undefined) throw error
      return answer
    }
  }

  /** Calls the store. What `direct` remembers of its answer is as old as the call. @throws store_unavailable at once while it is away */
  async callStore<T> (direct: (remember: Remember) => Promise<T>): Promise<T> {
    const atMs = this.#nowMs()
    return await this.health.run(async () => await direct((name, value) => { this.#answers.put(name, value, atMs) }))
  }

  /** The store's last answer. The response is marked with its age. */
  staleAnswer<T> (name: string): T | undefined {
    const answer = this.#answers.get<T>(name, this.#nowMs())
    if (answer !== undefined) this.#freshness.note(answer.ageS)
    return answer?.value
  }

  /** The store's last answer, to compare a newer one with. The response is not marked. */
  lastAnswer<T> (name: string): T | undefined {
    return this.#answers.get<T>(name, this.#nowMs())?.value
  }

  /** Calls the store for something that the journal cannot replace. @throws store_unavailable while it is away or `key` is journaled */
  async directOnly<T> (direct: (remember: Remember) => Promise<T>, key?: string): Promise<T> {
    if (key !== undefined && this.waiting.has(key)) throw away()
    return await this.callStore(direct)
  }
}

/** The store, with `own` in place of some methods. All others are `directOnly` under `key`. */
export function directOnlyStore<T extends object> (outage: Outage, store: T, own: Partial<T> = {}, key?: string): T {
  return withMethods(store, own, (call) => async (...args) => await outage.directOnly(async () => await call(...args), key))
}
