import { DomainError } from '#domain/errors.js'
import type { Clock } from '#application/ports/clock.js'
import type { Freshness } from '#application/ports/freshness.js'
import type { Page } from '#application/ports/page.js'
import { Turns } from '#application/turns.js'
import type { Journal } from '../journal/journal.js'
import type { Entry } from '../journal/journal-state.js'
import type { JournaledWrite } from '../journaled-write.js'
import { LastKnown } from './last-known.js'
import { Overlay } from './overlay.js'
import { away, isOutage, StoreHealth } from './store-health.js'

const FULL_RETRY_AFTER_S = 60

/** Keeps an answer of the store for the time when it gives none. */
export type Remember = (question: string, value: unknown) => void

export interface FallbackOptions {
  readonly journal: Journal<JournaledWrite>
  readonly freshness: Freshness
  /** Writes that may wait: all of them are in memory too. */
  readonly depthMax: number
  readonly clock: Clock
  /** Milliseconds of a clock that never runs backwards. */
  readonly nowMs: () => number
  /** Told when the store goes away, and when it is back. */
  readonly onChange: (isAway: boolean) => void
}

/**
 * Takes writes into the journal while the store is away, and answers reads by what is known here.
 * A key with writes in the journal stays with it until they are carried out, so that none overtakes another.
 */
export class Fallback {
  readonly health: StoreHealth
  readonly journal: Journal<JournaledWrite>
  readonly overlay = new Overlay()
  readonly clock: Clock
  readonly #depthMax: number
  readonly #freshness: Freshness
  readonly #known = new LastKnown()
  readonly #nowMs: () => number
  readonly #turns = new Turns()

  constructor ({ journal, freshness, depthMax, clock, nowMs, onChange }: FallbackOptions) {
    this.health = new StoreHealth(onChange)
    this.journal = journal
    this.clock = clock
    this.#depthMax = depthMax
    this.#freshness = freshness
    this.#nowMs = nowMs
    for (const { value } of journal.pending()) this.overlay.add(value)
  }

  /** To the store, or, where it is away or the key is with the journal already, by `journaled`, one write of a key after another. */
  async write<T> (key: string, direct: (remember: Remember) => Promise<T>, journaled: () => Promise<T>): Promise<T> {
    if (!this.health.isAway && !this.overlay.has(key)) {
      try {
        return await this.asked(direct)
      } catch (error) {
        if (!isOutage(error)) throw error
      }
    }
    return await this.#turns.take(key, journaled)
  }

  /** Puts the write down in the journal: once this resolves, it may be acknowledged. @throws store_unavailable */
  async record (write: JournaledWrite): Promise<void> {
    if (this.journal.depth >= this.#depthMax) throw new DomainError('store_unavailable', 'the journal is full', { retryAfterS: FULL_RETRY_AFTER_S })
    await this.journal.append(write)
    this.overlay.add(write)
  }

  /** The write is where it belongs. */
  settle ({ sequence, value }: Entry<JournaledWrite>): void {
    this.journal.settle(sequence)
    this.overlay.remove(value)
  }

  /** The write can't be carried out as things are: others of its key go on without it. @throws store_unavailable */
  async setAside ({ sequence, value }: Entry<JournaledWrite>, reason: string): Promise<void> {
    await this.journal.setAside(sequence, reason)
    this.overlay.remove(value)
  }

  /** What is in the journal, which is newer than anything that the store could say. */
  pending<T> (value: T): T {
    if (value !== undefined) this.#freshness.note(0)
    return value
  }

  /** The store's answer, or its last one. @throws store_unavailable where there is neither */
  async ask<T> (question: string, direct: (remember: Remember) => Promise<T>): Promise<T> {
    return await this.askOr<T>(question, direct, () => undefined)
  }

  /** The same of a list, which begins empty where the journal has something for it. */
  async askList<T> (question: string, direct: (remember: Remember) => Promise<Page<T>>, hasPending: () => boolean): Promise<Page<T>> {
    return await this.askOr(question, direct, () => hasPending() ? { items: [], nextKey: null } : undefined)
  }

  /**
   * The same with what the journal has for the list. That counts as of the asking too: what has left the journal since may have come
   * into the store after it looked, and who is answered by what was last known does not see less than before.
   */
  async askBeside<T> (question: string, direct: (remember: Remember) => Promise<Page<T>>, ours: () => T[], merge: (theirs: Page<T>, ours: T[]) => Page<T>): Promise<Page<T>> {
    const before = ours()
    const page = await this.askList(question, async (remember) => merge(await direct(remember), before), () => ours().length > 0)
    return merge(page, ours())
  }

  /** The store's answer, or its last one, or what there is without it. @throws store_unavailable where that is undefined */
  async askOr<T> (question: string, direct: (remember: Remember) => Promise<T>, without: () => T | undefined): Promise<T> {
    try {
      return await this.asked(async (remember) => {
        const value = await direct(remember)
        remember(question, value)
        return value
      })
    } catch (error) {
      if (!isOutage(error)) throw error
      const known = this.known<T>(question) ?? this.pending(without())
      if (known === undefined) throw error
      return known
    }
  }

  /** Asks the store: what is remembered of its answer is as old as the asking. @throws store_unavailable */
  async asked<T> (direct: (remember: Remember) => Promise<T>): Promise<T> {
    const atMs = this.#nowMs()
    return await this.health.run(async () => await direct((question, value) => { this.#known.put(question, value, atMs) }))
  }

  /** The store's last answer, which is told to be old. */
  known<T> (question: string): T | undefined {
    const answer = this.#known.get<T>(question, this.#nowMs())
    if (answer !== undefined) this.#freshness.note(answer.ageS)
    return answer?.value
  }

  /** The same, for whoever has something to compare it with. */
  remembered<T> (question: string): T | undefined {
    return this.#known.get<T>(question, this.#nowMs())?.value
  }

  /** @throws store_unavailable for what can't be journaled: it has to wait for the store, and for what is in the journal before it */
  async only<T> (direct: (remember: Remember) => Promise<T>, key?: string): Promise<T> {
    if (key !== undefined && this.overlay.has(key)) throw away()
    return await this.asked(direct)
  }
}
