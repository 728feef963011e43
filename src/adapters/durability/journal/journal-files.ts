import type { Disk, DiskFile } from './disk.js'
import { decodeRecords, JournalCorrupt } from './journal-record.js'
import { JournalState, type JournalRecord } from './journal-state.js'

const FILE = /^journal-(\d{12})\.log$/

export interface ReadFiles<T> {
  /** Of the files, the one that grows last. */
  readonly names: string[]
  readonly file: DiskFile
  /** Bytes of that file that are whole records. */
  readonly length: number
  readonly state: JournalState<T>
}

/** What is left of earlier runs, with the last file open to go on in it. @throws JournalCorrupt */
export async function readFiles<T> (disk: Disk): Promise<ReadFiles<T>> {
  const names = (await disk.list()).filter((name) => FILE.test(name)).sort()
  const state = new JournalState<T>()
  state.sequence = Math.max(0, ...names.map((name) => Number(FILE.exec(name)?.[1]) - 1))
  let length = 0
  for (const name of names) {
    const bytes = await disk.read(name)
    const { values, end } = decodeRecords(bytes, name)
    // A new file is begun only behind whole records: only the last one can have been cut short.
    if (end < bytes.length && name !== names.at(-1)) throw new JournalCorrupt(end, name)
    length = end
    for (const record of values as ReadonlyArray<JournalRecord<T>>) state.take(record)
  }
  if (names.length === 0) names.push(fileNameOf(1))
  const file = await disk.open(String(names.at(-1)))
  await file.truncate(length)
  return { names, file, length, state }
}

export function fileNameOf (firstSequence: number): string {
  return `journal-${String(firstSequence).padStart(12, '0')}.log`
}
