import { DomainError } from '../../domain/errors.js'
import type { Timestamp } from '../../domain/time.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Disk, DiskFile } from './disk.js'
import { decodeRecords, encodeRecord, JournalCorrupt } from './journal-record.js'

/** Something that was acknowledged and is not yet where it belongs. */
export interface Entry<T> {
  /** Counts up from 1, and is never given twice in one folder. */
  readonly sequence: number
  readonly at: Timestamp
  readonly value: T
}

export interface JournalOptions {
  readonly disk: Disk
  readonly clock: Clock
}

type StoredRecord<T> = { readonly kind: 'entry' } & Entry<T> | { readonly kind: 'settled', readonly sequences: readonly number[] }

const FILE = /^journal-(\d{12})\.log$/
const RETRY_AFTER_S = 5

/**
 * What was acknowledged while the store could not be reached, on disk before it is acknowledged. Appends that come together share one
 * sync. One process alone has it open: see `lockJournal`.
 */
export class Journal<T> {
  readonly #disk: Disk
  readonly #clock: Clock
  readonly #pending = new Map<number, Entry<T>>()
  #file: DiskFile
  /** Of the files, the one that grows last. */
  readonly #names: string[]
  /** Bytes of the file that are whole records, all of them synced. */
  #length: number
  #sequence: number
  #settled: number[] = []
  #waiting: Array<Waiting<T>> = []
  #writing: Promise<void> | null = null
  #broken: Error | null = null

  private constructor ({ disk, clock }: JournalOptions, { names, file, length, sequence, pending }: Opened<T>) {
    this.#disk = disk
    this.#clock = clock
    this.#names = names
    this.#file = file
    this.#length = length
    this.#sequence = sequence
    for (const entry of pending) this.#pending.set(entry.sequence, entry)
  }

  /**
   * Reads what is left of earlier runs. A write that a crash has cut short was never acknowledged, and is cut off.
   * @throws JournalCorrupt, with the name of the file, where something was damaged since it was written
   */
  static async open<T> (options: JournalOptions): Promise<Journal<T>> {
    return new Journal<T>(options, await read<T>(options.disk))
  }

  /** Resolves once the value is on disk: only then may anybody be told that it was taken. @throws store_unavailable */
  async append (value: T): Promise<Entry<T>> {
    if (this.#broken !== null) throw unavailable(this.#broken)
    const entry = { sequence: this.#sequence + 1, at: this.#clock(), value }
    const bytes = encodeRecord({ kind: 'entry', ...entry } satisfies StoredRecord<T>)
    this.#sequence = entry.sequence
    const { promise, resolve, reject } = Promise.withResolvers<Entry<T>>()
    this.#waiting.push({ entry, bytes, resolve, reject })
    this.#writing ??= this.#write()
    return await promise
  }

  /** The entries that are not settled, oldest first. */
  pending (): ReadonlyArray<Entry<T>> {
    return [...this.#pending.values()]
  }

  /** How many are not settled. */
  get depth (): number {
    return this.#pending.size
  }

  /** The entry is where it belongs. It may come back after a crash, as if this had not been said: settling is to be safe to repeat. */
  settle (sequence: number): void {
    if (this.#pending.delete(sequence)) this.#settled.push(sequence)
  }

  /** Puts down what was settled; begins a new file in place of one whose entries all are. */
  async tidy (): Promise<void> {
    while (this.#writing !== null) await this.#writing
    if (this.#settled.length === 0) return
    this.#writing = this.#tidy()
    await this.#writing
  }

  async close (): Promise<void> {
    while (this.#writing !== null) await this.#writing
    await this.#file.close()
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
      for (const { entry, resolve } of batch) {
        this.#pending.set(entry.sequence, entry)
        resolve(entry)
      }
    }
    this.#writing = null
  }

  async #tidy (): Promise<void> {
    const sequences = this.#settled
    this.#settled = []
    try {
      await (this.#pending.size === 0 ? this.#renew() : this.#put([encodeRecord({ kind: 'settled', sequences } satisfies StoredRecord<T>)]))
    } catch {
      // Nothing is lost: the entries come back after a restart, and are settled again.
      this.#settled.push(...sequences)
    }
    this.#writing = null
    if (this.#waiting.length > 0) this.#writing = this.#write()
  }

  /** The old file goes only once the new one is there, so that sequences go on from it after a crash. */
  async #renew (): Promise<void> {
    const name = nameOf(this.#sequence + 1)
    if (this.#names.at(-1) !== name) {
      const old = this.#file
      this.#file = await this.#disk.open(name)
      this.#length = 0
      this.#names.push(name)
      await old.close()
    }
    while (this.#names.length > 1) {
      await this.#disk.remove(String(this.#names[0]))
      this.#names.shift()
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

interface Waiting<T> {
  readonly entry: Entry<T>
  readonly bytes: Buffer
  readonly resolve: (entry: Entry<T>) => void
  readonly reject: (error: unknown) => void
}

interface Opened<T> {
  readonly names: string[]
  readonly file: DiskFile
  readonly length: number
  readonly sequence: number
  readonly pending: ReadonlyArray<Entry<T>>
}

async function read<T> (disk: Disk): Promise<Opened<T>> {
  const names = (await disk.list()).filter((name) => FILE.test(name)).sort()
  const pending = new Map<number, Entry<T>>()
  let sequence = Math.max(0, ...names.map((name) => Number(FILE.exec(name)?.[1]) - 1))
  let length = 0
  for (const name of names) {
    const bytes = await disk.read(name)
    const { values, end } = decodeRecords(bytes, name)
    // A new file is begun only behind whole records: only the last one can have been cut short.
    if (end < bytes.length && name !== names.at(-1)) throw new JournalCorrupt(end, name)
    length = end
    for (const record of values as ReadonlyArray<StoredRecord<T>>) {
      if (record.kind === 'settled') record.sequences.forEach((settled) => pending.delete(settled))
      else {
        const { kind, ...entry } = record
        pending.set(entry.sequence, entry)
        sequence = Math.max(sequence, entry.sequence)
      }
    }
  }
  if (names.length === 0) names.push(nameOf(1))
  const file = await disk.open(String(names.at(-1)))
  await file.truncate(length)
  return { names, file, length, sequence, pending: [...pending.values()] }
}

function nameOf (firstSequence: number): string {
  return `journal-${String(firstSequence).padStart(12, '0')}.log`
}

function unavailable (cause: unknown): DomainError {
  return new DomainError('store_unavailable', 'the journal takes nothing just now', { retryAfterS: RETRY_AFTER_S, cause })
}
