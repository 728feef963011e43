import { crc32 } from 'node:zlib'
import type { Disk, DiskFile } from './disk.js'
import { JournalState, type JournalRecord } from './journal-state.js'

/*
 * A journal is one file or several, named by the first sequence number that each can hold, with one record after another. A record is a
 * header of four unsigned 32-bit numbers in little endian (a mark, the length of the payload, the CRC-32 of the payload, the CRC-32 of
 * these three), then the payload, JSON in UTF-8.
 */
const FILE = /^journal-(\d{12})\.log$/
const MARK = 0x314a5642
const HEADER_BYTES = 16
const HEADER_CHECK_AT = 12
/** More than any write needs: a message, or a payment with its event. */
export const PAYLOAD_MAX_BYTES = 1024 * 1024

/** Converts between a value in this process and its JSON on disk. */
export interface ValueCodec<T> {
  readonly encode: (value: T) => unknown
  readonly decode: (stored: unknown) => T
}

export interface ReadFiles<T> {
  /** Of the files, the one that grows last. */
  readonly names: string[]
  readonly file: DiskFile
  /** Bytes of that file that are whole records. */
  readonly length: number
  readonly state: JournalState<T>
}

/** Bytes of a file that are not as they were written, and not merely cut short. A person has to look before anything is lost for good. */
export class JournalCorrupt extends Error {
  constructor (offset: number, file: string) {
    super(`${file} is damaged at byte ${offset}`)
    this.name = 'JournalCorrupt'
  }
}

/** Reads the files of earlier runs and opens the last one to append to it. @throws JournalCorrupt */
export async function readFiles<T> (disk: Disk, codec: ValueCodec<T>): Promise<ReadFiles<T>> {
  const names = (await disk.list()).filter((name) => FILE.test(name)).sort()
  const state = new JournalState<T>()
  state.sequence = Math.max(0, ...names.map((name) => Number(FILE.exec(name)?.[1]) - 1))
  let length = 0
  for (const name of names) {
    const bytes = await disk.read(name)
    const { values, end } = decodeRecords(bytes, name)
    // A new file begins only after whole records, so a crash can cut short the last file alone.
    if (end < bytes.length && name !== names.at(-1)) throw new JournalCorrupt(end, name)
    length = end
    for (const record of values as ReadonlyArray<JournalRecord<unknown>>) {
      state.take(record.kind === 'entry' ? { ...record, value: codec.decode(record.value) } : record)
    }
  }
  if (names.length === 0) names.push(fileNameOf(1))
  const file = await disk.open(String(names.at(-1)))
  await file.truncate(length)
  return { names, file, length, state }
}

export function fileNameOf (firstSequence: number): string {
  return `journal-${String(firstSequence).padStart(12, '0')}.log`
}

/** @throws RangeError for a record of more than `PAYLOAD_MAX_BYTES` */
export function encodeRecord (value: unknown): Buffer {
  const payload = Buffer.from(JSON.stringify(value))
  if (payload.length > PAYLOAD_MAX_BYTES) throw new RangeError(`a record has at most ${PAYLOAD_MAX_BYTES} bytes`)
  const record = Buffer.allocUnsafe(HEADER_BYTES + payload.length)
  record.writeUInt32LE(MARK, 0)
  record.writeUInt32LE(payload.length, 4)
  record.writeUInt32LE(crc32(payload), 8)
  record.writeUInt32LE(crc32(record.subarray(0, HEADER_CHECK_AT)), HEADER_CHECK_AT)
  payload.copy(record, HEADER_BYTES)
  return record
}

export interface Decoded {
  readonly values: readonly unknown[]
  /** Where the whole records end. Only a write that a crash has cut short can follow. */
  readonly end: number
}

/**
 * The records of a file. A record that a crash cut short at the end was never acknowledged, and is left out.
 * @throws JournalCorrupt for anything else that is not as it was written
 */
export function decodeRecords (bytes: Uint8Array, file: string): Decoded {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values: unknown[] = []
  let at = 0
  while (at < all.length) {
    const record = all.subarray(at)
    const length = payloadLength(record)
    if (length === 'cut') break
    if (length === 'damaged' || !isIntact(record, length)) {
      // A crash can leave space behind the last sync that was never written: it reads as zeros up to the end of the file.
      if (endsInZeros(record, length)) break
      throw new JournalCorrupt(at, file)
    }
    values.push(JSON.parse(record.toString('utf8', HEADER_BYTES, HEADER_BYTES + length)))
    at += HEADER_BYTES + length
  }
  return { values, end: at }
}

function payloadLength (record: Buffer): number | 'cut' | 'damaged' {
  if (record.length < HEADER_BYTES) return 'cut'
  const isHeader = record.readUInt32LE(0) === MARK && record.readUInt32LE(HEADER_CHECK_AT) === crc32(record.subarray(0, HEADER_CHECK_AT))
  if (!isHeader) return 'damaged'
  const length = record.readUInt32LE(4)
  return record.length < HEADER_BYTES + length ? 'cut' : length
}

function isIntact (record: Buffer, length: number): boolean {
  return record.readUInt32LE(8) === crc32(record.subarray(HEADER_BYTES, HEADER_BYTES + length))
}

/** Whether the file turns into zeros within this record. JSON holds no zero byte, so no whole record ends in one. */
function endsInZeros (record: Buffer, length: number | 'damaged'): boolean {
  const written = record.findLastIndex((byte) => byte !== 0) + 1
  return length === 'damaged' ? written <= HEADER_BYTES : written < HEADER_BYTES + length
}
