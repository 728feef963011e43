import { DomainError } from '#domain/errors.js'
import type { Clock } from '#application/ports/clock.js'
import type { Disk, DiskFile } from './disk.js'
import { fileNameOf, readFiles, type ReadFiles } from './journal-files.js'
import { encodeRecord } from './journal-record.js'
import type { AsideEntry, Entry, JournalRecord, JournalState } from './journal-state.js'

export interface JournalOptions {
  readonly disk: Disk
  readonly clock: Clock
  /** Lets others have the folder. */
  readonly unlock?: () => void
}

const RETRY_AFTER_S = 5

/**
 * What was acknowledged while the store could not be reached, on disk before it is acknowledged. Appends that come together share one
 * sync. One process alone has it open: see `lockJournal`.
 */
export class Journal<T> {
  readonly #disk: Disk
  readonly #clock: Clock
  readonly #unlock: () => void
  readonly #state: JournalState<T>
  #file: DiskFile
  /** Of the files, the one that grows last. */
  readonly #names: string[]
  /** Bytes of the file that are whole records, all of them synced. */
  #length: number
  /** The last that was given, on disk or not. */
  #sequence: number
  #settled: number[] = []
  #waiting: Waiting[] = []
  #writing: Promise<void> | null = null
  #broken: Error | null = null

  private constructor ({ disk, clock, unlock = () => {} }: JournalOptions, { names, file, length, state }: ReadFiles<T>) {
    this.#disk = disk
    this.#clock = clock
    this.#unlock = unlock
    this.#names = names
    this.#file = file
    this.#length = length
    this.#state = state
    this.#sequence = state.sequence
  }

  /**
   * Reads what is left of earlier runs. A write that a crash has cut short was never acknowledged, and is cut off.
   * @throws JournalCorrupt, with the name of the file, where something was damaged since it was written
   */
  static async open<T> (options: JournalOptions): Promise<Journal<T>> {
    return new Journal<T>(options, await readFiles<T>(options.disk))
  }

  /** Resolves once the value is on disk: only then may anybody be told that it was taken. @throws store_unavailable, RangeError for one that is too large */
  async append (value: T): Promise<Entry<T>> {
    const entry = { sequence: this.#sequence + 1, at: this.#clock(), value }
    const record = { kind: 'entry' as const, ...entry }
    const bytes = encodeRecord(record)
    this.#sequence = entry.sequence
    await this.#record(record, bytes)
    return entry
  }

  /** The entries that wait to be settled, oldest first; those that are set aside do not. */
  pending (): Generator<Entry<T>, void> {
    return this.#state.waiting()
  }

  /** How many these are. */
  get depth (): number {
    return this.#state.depth
  }

  /** The entries that are set aside, oldest first. */
  aside (): ReadonlyArray<AsideEntry<T>> {
    return this.#state.aside()
  }

  get asideCount (): number {
    return this.#state.asideCount
  }

  /** Keeps no entries in memory from here on: whoever has read them keeps what they say. They stay on the disk. */
  release (): void {
    this.#state.release()
  }

  /** The entry is where it belongs. It may come back after a crash, as if this had not been said: settling is to be safe to repeat. */
  settle (sequence: number): void {
    if (this.#state.settle(sequence)) this.#settled.push(sequence)
  }

  /** Takes a waiting entry out of the way, until it is readmitted or discarded. @throws store_unavailable */
  async setAside (sequence: number, reason: string): Promise<void> {
    await this.#record({ kind: 'aside', sequence, reason, since: this.#clock() })
  }

  /** Lets an entry that was set aside wait again, in its place. @throws store_unavailable */
  async readmit (sequence: number): Promise<void> {
    await this.#record({ kind: 'readmitted', sequence })
  }

  /** Ends an entry at once and for good, on the word of a person. @throws store_unavailable */
  async discard (sequence: number): Promise<void> {
    await this.#record({ kind: 'settled', sequences: [sequence] })
  }

  /** Puts down what was settled; begins a new file in place of those of which little is left. */
  async tidy (): Promise<void> {
    while (this.#writing !== null) await this.#writing
    if (this.#settled.length === 0) return
    this.#writing = this.#tidy()
    await this.#writing
  }

  async close (): Promise<void> {
    while (this.#writing !== null) await this.#writing
    await this.#file.close()
    this.#unlock()
  }

  /** Resolves once the record is on disk and taken in. @throws store_unavailable */
  async #record (record: JournalRecord<T>, bytes = encodeRecord(record)): Promise<void> {
    if (this.#broken !== null) throw unavailable(this.#broken)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ bytes, taken: () => { this.#state.take(record); resolve() }, reject })
    this.#writing ??= this.#write()
    await promise
  }

  /** Writes batch after batch, until nobody waits. */
  async #write (): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#put(batch.map(({ bytes }) => bytes))
      } catch (error) {
        for (const { reject } of batch) reject(unavailable(error))
        continue
      }
      for (const { taken } of batch) taken()
    }
    this.#writing = null
  }

  async #tidy (): Promise<void> {
    const sequences = this.#settled
    this.#settled = []
    try {
      await (this.#state.isMostlySettled() ? this.#renew() : this.#put([encodeRecord({ kind: 'settled', sequences } satisfies JournalRecord<T>)]))
    } catch {
      // Nothing is lost: the entries come back after a restart, and are settled again.
      this.#settled.push(...sequences)
    }
    this.#writing = null
    if (this.#waiting.length > 0) this.#writing = this.#write()
  }

  /** The old files go only once the new one is there, so that nothing is missing and sequences go on from it after a crash. */
  async #renew (): Promise<void> {
    const name = fileNameOf(this.#sequence + 1)
    if (this.#names.at(-1) !== name) {
      const rest = Buffer.concat(this.#state.rest().map(encodeRecord))
      const file = await this.#begin(name, rest)
      const old = this.#file
      this.#file = file
      this.#length = rest.length
      this.#state.compacted()
      this.#names.push(name)
      await old.close()
    }
    while (this.#names.length > 1) {
      await this.#disk.remove(String(this.#names[0]))
      this.#names.shift()
    }
  }

  /** A new file that holds these bytes, on disk; none where that fails. */
  async #begin (name: string, bytes: Buffer): Promise<DiskFile> {
    const file = await this.#disk.open(name)
    try {
      // A crash may have left something under this name.
      await file.truncate(0)
      if (bytes.length > 0) {
        await file.append(bytes)
        await file.sync()
      }
      return file
    } catch (error) {
      await file.close()
      await this.#disk.remove(name)
      throw error
    }
  }

  async #put (records: readonly Buffer[]): Promise<void> {
    if (this.#broken !== null) throw this.#broken
    const bytes = Buffer.concat(records)
    try {
      await this.#file.append(bytes)
    } catch (error) {
      // A full disk, most likely: what was written of the batch has to go, or it would come back after a restart.
      await this.#file.truncate(this.#length).catch((worse: unknown) => { this.#broken = worse as Error })
      throw error
    }
    try {
      await this.#file.sync()
    } catch (error) {
      // Nobody knows what is on the disk now, and a second sync that succeeds would not say that the first one's bytes are there.
      this.#broken = error as Error
      throw error
    }
    this.#length += bytes.length
  }
}

interface Waiting {
  readonly bytes: Buffer
  readonly taken: () => void
  readonly reject: (error: unknown) => void
}

function unavailable (cause: unknown): DomainError {
  return new DomainError('store_unavailable', 'the journal takes nothing just now', { retryAfterS: RETRY_AFTER_S, cause })
}
