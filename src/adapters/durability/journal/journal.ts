import { DomainError } from '#domain/errors.js'
import type { Clock } from '#application/ports/system.js'
import type { Disk, DiskFile } from './disk.js'
import { encodeRecord, fileNameOf, readFiles, type ReadFiles, type ValueCodec } from './journal-files.js'
import type { Entry, JournalRecord, JournalState, QuarantinedEntry } from './journal-state.js'

export interface JournalOptions<T> {
  readonly disk: Disk
  readonly codec: ValueCodec<T>
  readonly clock: Clock
  /** Gives the folder free for another process. */
  readonly unlock?: () => void
}

const RETRY_AFTER_S = 5

/**
 * A file of acknowledged values that are not yet where they belong. A value is on disk before it is acknowledged; appends that come
 * together share one sync. Only one process may open a folder: see `lockFolder`.
 */
export class Journal<T> {
  readonly #disk: Disk
  readonly #codec: ValueCodec<T>
  readonly #clock: Clock
  readonly #unlock: () => void
  readonly #state: JournalState<T>
  #file: DiskFile
  /** Of the files, the one that grows last. */
  readonly #names: string[]
  /** Bytes of the file that are whole records, all of them synced. */
  #length: number
  /** The last one that was given, on disk or not. */
  #sequence: number
  #settled: number[] = []
  #waiting: Waiting[] = []
  #writing: Promise<void> | null = null
  #broken: Error | null = null

  private constructor ({ disk, codec, clock, unlock = () => {} }: JournalOptions<T>, { names, file, length, state }: ReadFiles<T>) {
    this.#disk = disk
    this.#codec = codec
    this.#clock = clock
    this.#unlock = unlock
    this.#names = names
    this.#file = file
    this.#length = length
    this.#state = state
    this.#sequence = state.sequence
  }

  /**
   * Reads the entries of earlier runs. A record that a crash has cut short was never acknowledged, and is cut off.
   * @throws JournalCorrupt, with the name of the file, where bytes were damaged since they were written
   */
  static async open<T> (options: JournalOptions<T>): Promise<Journal<T>> {
    return new Journal<T>(options, await readFiles<T>(options.disk, options.codec))
  }

  /** Resolves once the value is on disk and may be acknowledged. @throws store_unavailable, RangeError for a value that is too large */
  async append (value: T): Promise<Entry<T>> {
    const entry = { sequence: this.#sequence + 1, at: this.#clock(), value }
    const record = { kind: 'entry' as const, ...entry }
    const bytes = this.#encode(record)
    this.#sequence = entry.sequence
    await this.#record(record, bytes)
    return entry
  }

  /** The entries that wait to be settled, oldest first, without those in quarantine. */
  pending (): Generator<Entry<T>, void> {
    return this.#state.waiting()
  }

  /** How many entries wait. */
  get depth (): number {
    return this.#state.depth
  }

  /** The entries in quarantine, oldest first. */
  quarantined (): ReadonlyArray<QuarantinedEntry<T>> {
    return this.#state.quarantined()
  }

  get quarantinedCount (): number {
    return this.#state.quarantinedCount
  }

  /** Keeps no entries in memory from here on. They stay on disk. */
  release (): void {
    this.#state.release()
  }

  /** Ends an entry that is where it belongs. A crash before `tidy` brings it back, so carrying it out must be safe to repeat. */
  settle (sequence: number): void {
    if (this.#state.settle(sequence)) this.#settled.push(sequence)
  }

  /** Moves a waiting entry to the quarantine, until it is readmitted or discarded. @throws store_unavailable */
  async quarantine (sequence: number, reason: string): Promise<void> {
    await this.#record({ kind: 'aside', sequence, reason, since: this.#clock() })
  }

  /** Lets an entry in quarantine wait again, in its place. @throws store_unavailable */
  async readmit (sequence: number): Promise<void> {
    await this.#record({ kind: 'readmitted', sequence })
  }

  /** Ends an entry at once and for good, because a person says so. @throws store_unavailable */
  async discard (sequence: number): Promise<void> {
    await this.#record({ kind: 'settled', sequences: [sequence] })
  }

  /** Writes down which entries were settled, or replaces files of which most is settled by a new one. */
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

  #encode (record: JournalRecord<T>): Buffer {
    return encodeRecord(record.kind === 'entry' ? { ...record, value: this.#codec.encode(record.value) } : record)
  }

  /** Resolves once the record is on disk and applied. @throws store_unavailable */
  async #record (record: JournalRecord<T>, bytes = this.#encode(record)): Promise<void> {
    if (this.#broken !== null) throw unavailable(this.#broken)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ bytes, taken: () => { this.#state.take(record); resolve() }, reject })
    this.#writing ??= this.#write()
    await promise
  }

  /** Writes batch after batch, until no record waits. */
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
      await (this.#state.isMostlySettled() ? this.#renew() : this.#put([this.#encode({ kind: 'settled', sequences })]))
    } catch {
      // Nothing is lost: a restart brings the entries back, and they are settled again.
      this.#settled.push(...sequences)
    }
    this.#writing = null
    if (this.#waiting.length > 0) this.#writing = this.#write()
  }

  /** Removes the old files only once the new one is on disk, so that a crash loses no entry and repeats no sequence number. */
  async #renew (): Promise<void> {
    const name = fileNameOf(this.#sequence + 1)
    if (this.#names.at(-1) !== name) {
      const rest = Buffer.concat(this.#state.rest().map((record) => this.#encode(record)))
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

  /** Creates a file that holds these bytes, on disk. Where that fails, no file is left. */
  async #begin (name: string, bytes: Buffer): Promise<DiskFile> {
    const file = await this.#disk.open(name)
    try {
      // A crash can have left bytes under this name.
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
      // Most likely the disk is full. The written part of the batch has to go, or a restart would bring it back.
      await this.#file.truncate(this.#length).catch((worse: unknown) => { this.#broken = worse as Error })
      throw error
    }
    try {
      await this.#file.sync()
    } catch (error) {
      // The content of the disk is unknown now. A second sync that succeeds would not prove that the bytes of the first are there.
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
  return new DomainError('store_unavailable', 'the journal takes no writes at present', { retryAfterS: RETRY_AFTER_S, cause })
}
