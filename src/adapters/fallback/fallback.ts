import type { Clock } from '../../application/ports/clock.js'
import type { Freshness } from '../../application/ports/freshness.js'
import type { Page, PageRequest } from '../../application/ports/page.js'
import type { Persistence } from '../../application/ports/persistence.js'
import { Turns } from '../../application/turns.js'
import type { Entry, Journal } from './journal.js'
import { keyOf, type JournaledWrite } from './journaled-write.js'
import { LastKnown } from './last-known.js'
import { away, isOutage, StoreHealth } from './store-health.js'

export interface FallbackOptions {
  readonly primary: Persistence
  /** Stores in memory for what is in the journal, so that it can be read. */
  readonly makeOverlay: () => Persistence
  readonly journal: Journal<JournaledWrite>
  readonly freshness: Freshness
  readonly clock: Clock
  /** Milliseconds of a clock that never runs backwards. */
  readonly nowMs: () => number
}

/**
 * Takes writes into the journal while the store is away, and answers reads by what is known here.
 * A key with writes in the journal stays with it until they are carried out, so that none overtakes another.
 */
export class Fallback {
  readonly primary: Persistence
  readonly health = new StoreHealth()
  readonly journal: Journal<JournaledWrite>
  readonly clock: Clock
  readonly #makeOverlay: () => Persistence
  readonly #freshness: Freshness
  readonly #known: LastKnown
  readonly #turns = new Turns()
  /** How many writes of each key are in the journal. */
  readonly #pending = new Map<string, number>()
  overlay: Persistence

  constructor ({ primary, makeOverlay, journal, freshness, clock, nowMs }: FallbackOptions) {
    this.primary = primary
    this.journal = journal
    this.clock = clock
    this.#makeOverlay = makeOverlay
    this.#freshness = freshness
    this.#known = new LastKnown(nowMs)
    this.overlay = makeOverlay()
    for (const { value } of journal.pending()) this.#count(value, 1)
  }

  /** To the store, or, where it is away or the key is with the journal already, by `journaled`, one write of a key after another. */
  async write<T> (key: string, direct: () => Promise<T>, journaled: () => Promise<T>): Promise<T> {
    if (!this.health.isAway && !this.#pending.has(key)) {
      try {
        return await this.health.run(direct)
      } catch (error) {
        if (!isOutage(error)) throw error
      }
    }
    return await this.#turns.take(key, journaled)
  }

  /** Puts the write down in the journal: once this resolves, it may be acknowledged. @throws store_unavailable */
  async record (write: JournaledWrite): Promise<void> {
    await this.journal.append(write)
    this.#count(write, 1)
  }

  /** The write is where it belongs, or set aside. */
  settle ({ sequence, value }: Entry<JournaledWrite>): void {
    this.journal.settle(sequence)
    this.#count(value, -1)
    if (this.journal.depth === 0) this.overlay = this.#makeOverlay()
  }

  isPending (key: string): boolean {
    return this.#pending.has(key)
  }

  /** One thing: from the journal where it was written last, else from the store, else as it was last known. @throws store_unavailable */
  async find<T> (question: string, key: string, direct: () => Promise<T>, own: () => Promise<T | null>): Promise<T> {
    const ours = this.#pending.has(key) ? await own() : null
    return ours ?? await this.ask(question, direct)
  }

  /** A list: what the store says, or what it said last, with what is in the journal. @throws store_unavailable */
  async list<T> (question: string, page: PageRequest, direct: () => Promise<Page<T>>, own: () => Promise<Page<T>>, keyOfItem: (item: T) => string): Promise<Page<T>> {
    if (this.journal.depth === 0) return await this.ask(question, direct)
    const ours = await own()
    try {
      return merged(await this.ask(question, direct), ours, page, keyOfItem)
    } catch (error) {
      if (!isOutage(error) || ours.items.length === 0) throw error
      this.#freshness.note(0)
      return ours
    }
  }

  /** The store's answer, or its last one. @throws store_unavailable where there is neither */
  async ask<T> (question: string, direct: () => Promise<T>): Promise<T> {
    try {
      const value = await this.health.run(direct)
      this.#known.put(question, value)
      return value
    } catch (error) {
      const known = isOutage(error) ? this.known<T>(question) : undefined
      if (known === undefined) throw error
      return known
    }
  }

  /** The store's last answer, which is told to be old. */
  known<T> (question: string): T | undefined {
    const answer = this.#known.get<T>(question)
    if (answer !== undefined) this.#freshness.note(answer.ageS)
    return answer?.value
  }

  /** @throws store_unavailable: what can't be journaled has to wait for the store */
  async only<T> (direct: () => Promise<T>, key?: string): Promise<T> {
    if (key !== undefined && this.#pending.has(key)) throw away()
    return await this.health.run(direct)
  }

  #count (write: JournaledWrite, by: 1 | -1): void {
    const key = keyOf(write)
    const count = (this.#pending.get(key) ?? 0) + by
    if (count === 0) this.#pending.delete(key)
    else this.#pending.set(key, count)
  }
}

/** Two stretches of one list as one, newest first. What stands in both is taken as it is in the journal. */
function merged<T> (theirs: Page<T>, ours: Page<T>, { limit }: PageRequest, keyOfItem: (item: T) => string): Page<T> {
  const byKey = new Map([...theirs.items, ...ours.items].map((item) => [keyOfItem(item), item]))
  // Neither list is known beyond its page: what lies behind the end of one of them waits for the next page.
  const ends = [theirs, ours].map(({ nextKey }) => nextKey).filter((key) => key !== null)
  const end = ends.sort().at(-1)
  const keys = [...byKey.keys()].filter((key) => end === undefined || key >= end).sort().reverse()
  const shown = keys.slice(0, limit)
  const more = keys.length > limit || end !== undefined
  return { items: shown.map((key) => byKey.get(key) as T), nextKey: more ? shown.at(-1) ?? null : null }
}
