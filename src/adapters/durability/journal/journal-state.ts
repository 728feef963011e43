import type { Timestamp } from '#domain/time.js'

/** An acknowledged value that is not yet where it belongs. */
export interface Entry<T> {
  /** Counts up from 1. One folder never gives a number twice. */
  readonly sequence: number
  readonly at: Timestamp
  readonly value: T
}

/** An entry that waits for a person. */
export interface QuarantinedEntry<T> extends Entry<T> {
  readonly reason: string
  readonly since: Timestamp
}

/**
 * A record in the files of a journal. Each kind moves an entry between its states:
 *
 *   entry → waiting;   waiting → quarantined (`aside`) → waiting again (`readmitted`);   either → gone (`settled`)
 */
export type JournalRecord<T> =
  | { readonly kind: 'entry' } & Entry<T>
  | { readonly kind: 'settled', readonly sequences: readonly number[] }
  | { readonly kind: 'aside', readonly sequence: number, readonly reason: string, readonly since: Timestamp }
  | { readonly kind: 'readmitted', readonly sequence: number }

/** From this many entries on, files of which most is settled are replaced by one with the rest. */
const COMPACTED_FROM = 1000
const SETTLED_SHARE = 4

/** The entries that the records of a journal add up to. */
export class JournalState<T> {
  readonly #entries = new Map<number, Entry<T>>()
  readonly #quarantined = new Map<number, Pick<QuarantinedEntry<T>, 'reason' | 'since'>>()
  /** Records of a newer version. They have no meaning here, and stay in the files. */
  readonly #unknown: Array<JournalRecord<T>> = []
  /** How many entries are in the files, settled or not. */
  #written = 0
  #isReleased = false
  /** The last one that was given. */
  sequence = 0

  /** Applies a record. Applying it twice makes no difference. */
  take (record: JournalRecord<T>): void {
    switch (record.kind) {
      case 'entry': return this.#add(record)
      case 'settled': return record.sequences.forEach((sequence) => { this.settle(sequence) })
      case 'aside': return this.#quarantine(record)
      case 'readmitted': this.#quarantined.delete(record.sequence); return
      default: this.#unknown.push(record)
    }
  }

  #add ({ sequence, at, value }: Entry<T>): void {
    this.#written++
    this.sequence = Math.max(this.sequence, sequence)
    if (!this.#isReleased) this.#entries.set(sequence, { sequence, at, value })
  }

  #quarantine ({ sequence, reason, since }: Extract<JournalRecord<T>, { kind: 'aside' }>): void {
    if (this.#entries.has(sequence)) this.#quarantined.set(sequence, { reason, since })
  }

  /** False where the entry is gone already. */
  settle (sequence: number): boolean {
    this.#quarantined.delete(sequence)
    return this.#entries.delete(sequence)
  }

  /** The entries that wait to be settled, oldest first. */
  * waiting (): Generator<Entry<T>, void> {
    for (const entry of this.#entries.values()) if (!this.#quarantined.has(entry.sequence)) yield entry
  }

  get depth (): number {
    return this.#entries.size - this.#quarantined.size
  }

  /** The entries in quarantine, oldest first. */
  quarantined (): ReadonlyArray<QuarantinedEntry<T>> {
    return [...this.#entries.values()].flatMap((entry) => {
      const quarantined = this.#quarantined.get(entry.sequence)
      return quarantined === undefined ? [] : [{ ...entry, ...quarantined }]
    })
  }

  get quarantinedCount (): number {
    return this.#quarantined.size
  }

  /** Forgets the entries, and later ones too. */
  release (): void {
    this.#isReleased = true
    this.#entries.clear()
    this.#quarantined.clear()
  }

  isMostlySettled (): boolean {
    return this.#entries.size === 0 || (this.#written >= COMPACTED_FROM && this.#entries.size * SETTLED_SHARE <= this.#written)
  }

  /** All that is not settled, as records. */
  rest (): ReadonlyArray<JournalRecord<T>> {
    return [
      ...[...this.#entries.values()].map((entry) => ({ kind: 'entry' as const, ...entry })),
      ...[...this.#quarantined].map(([sequence, quarantined]) => ({ kind: 'aside' as const, sequence, ...quarantined })),
      ...this.#unknown,
    ]
  }

  /** The files were replaced by one with the rest. */
  compacted (): void {
    this.#written = this.#entries.size
  }
}
