import { crc32 } from 'node:zlib'

/**
 * A record on disk: a header of four unsigned 32-bit numbers in little endian (a mark, the length of the payload, the CRC-32 of the
 * payload, the CRC-32 of these three), then the payload, JSON in UTF-8.
 */
const MARK = 0x314a5642
const HEADER_BYTES = 16
const HEADER_CHECK_AT = 12
/** More than any record of ours needs: a message, a payment and their event. */
export const PAYLOAD_MAX_BYTES = 1024 * 1024

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
  /** Where the whole records end. Behind it lies nothing, or a write that a crash has cut short. */
  readonly end: number
}

/** What a file held is damaged, not merely cut short: a person has to look before anything is lost for good. */
export class JournalCorrupt extends Error {
  constructor (offset: number, file: string) {
    super(`${file} is damaged at byte ${offset}`)
    this.name = 'JournalCorrupt'
  }
}

/**
 * The records of a file. One that a crash cut short at the end was never acknowledged, and is left out.
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
      // A crash may leave room behind the last sync that nothing was written to yet: it reads as zeros to the very end.
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
  const isOurs = record.readUInt32LE(0) === MARK && record.readUInt32LE(HEADER_CHECK_AT) === crc32(record.subarray(0, HEADER_CHECK_AT))
  if (!isOurs) return 'damaged'
  const length = record.readUInt32LE(4)
  return record.length < HEADER_BYTES + length ? 'cut' : length
}

function isIntact (record: Buffer, length: number): boolean {
  return record.readUInt32LE(8) === crc32(record.subarray(HEADER_BYTES, HEADER_BYTES + length))
}

/** Whether the file breaks off into zeros within this record. JSON holds none, so that no whole record ends in them. */
function endsInZeros (record: Buffer, length: number | 'damaged'): boolean {
  const written = record.findLastIndex((byte) => byte !== 0) + 1
  return length === 'damaged' ? written <= HEADER_BYTES : written < HEADER_BYTES + length
}
