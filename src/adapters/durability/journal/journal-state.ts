import type { Timestamp } from '#domain/time.js'

/** Something that was acknowledged and is not yet where it belongs. */
export interface Entry<T> {
  /** Counts up from 1, and is never given twice in one folder. */
  readonly sequence: number
  readonly at: Timestamp
  readonly value: T
}

/** An entry that can't be brought where it belongs until a person has looked. */
export interface AsideEntry<T> extends Entry<T> {
  readonly reason: string
  readonly since: Timestamp
}

/** What stands in the files of a journal. */
export type JournalRecord<T> =
  | { readonly kind: 'entry' } & Entry<T>
  | { readonly kind: 'settled', readonly sequences: readonly number[] }
  | { readonly kind: 'aside', readonly sequence: number, readonly reason: string, readonly since: Timestamp }
  | { readonly kind: 'readmitted', readonly sequence: number }

/** From so many entries on, files of which most is settled are written anew with the rest. */
const COMPACTED_FROM = 1000
const SETTLED_SHARE = 4

/** What the records of a journal come to. */
export class JournalState<T> {
  readonly #entries = new Map<number, Entry<T>>()
  readonly #aside = new Map<number, Pick<AsideEntry<T>, 'reason' | 'since'>>()
  /** How many entries are in the files, settled or not. */
  #written = 0
  #isReleased = false
  /** The last that was given. */
  sequence = 0

  /** Takes a record in, and whatever it says a second time is the same. */
  take (record: JournalRecord<T>): void {
    switch (record.kind) {
      case 'entry': return this.#add(record)
      case 'settled': return record.sequences.forEach((sequence) => { this.settle(sequence) })
      case 'aside': return this.#setAside(record)
      case 'readmitted': this.#aside.delete(record.sequence)
    }
  }

  #setAside ({ sequence, reason, since }: Extract<JournalRecord<T>, { kind: 'aside' }>): void {
    if (this.#entries.has(sequence)) this.#aside.set(sequence, { reason, since })
  }

  #add ({ sequence, at, value }: Entry<T>): void {
    this.#written++
    this.sequence = Math.max(this.sequence, sequence)
    if (!this.#isReleased) this.#entries.set(sequence, { sequence, at, value })
  }

  /** False where there is no such entry any more. */
  settle (sequence: number): boolean {
    this.#aside.delete(sequence)
    return this.#entries.delete(sequence)
  }

  /** The entries that wait to be settled, oldest first. */
  * waiting (): Generator<Entry<T>, void> {
    for (const entry of this.#entries.values()) if (!this.#aside.has(entry.sequence)) yield entry
  }

  get depth (): number {
    return this.#entries.size - this.#aside.size
  }

  /** The entries that are set aside, oldest first. */
  aside (): ReadonlyArray<AsideEntry<T>> {
    return [...this.#entries.values()].flatMap((entry) => {
      const aside = this.#aside.get(entry.sequence)
      return aside === undefined ? [] : [{ ...entry, ...aside }]
    })
  }

  get asideCount (): number {
    return this.#aside.size
  }

  /** Forgets the entries, those that come too: somebody else keeps what they say. */
  release (): void {
    this.#isReleased = true
    this.#entries.clear()
    this.#aside.clear()
  }

  isMostlySettled (): boolean {
    return this.#entries.size === 0 || (this.#written >= COMPACTED_FROM && this.#entries.size * SETTLED_SHARE <= this.#written)
  }

  /** All that is not settled, as records. */
  rest (): ReadonlyArray<JournalRecord<T>> {
    return [
      ...[...this.#entries.values()].map((entry) => ({ kind: 'entry' as const, ...entry })),
      ...[...this.#aside].map(([sequence, aside]) => ({ kind: 'aside' as const, sequence, ...aside })),
    ]
  }

  /** The files were written anew with the rest. */
  compacted (): void {
    this.#written = this.#entries.size
  }
}
