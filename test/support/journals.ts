import type { Disk } from '#adapters/durability/journal/disk.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { BadDisk } from './bad-disk.js'
import { settableClock } from './builders.js'

const { clock } = settableClock()

export async function openJournal (disk: Disk): Promise<Journal<string>> {
  return await Journal.open({ codec: { encode: (value) => value, decode: String }, disk, clock })
}

export function values (journal: Journal<string>): string[] {
  return [...journal.pending()].map(({ value }) => value)
}

/** A disk with a journal of these values. */
export async function diskWith (...words: string[]): Promise<BadDisk> {
  const disk = new BadDisk()
  const journal = await openJournal(disk)
  for (const word of words) await journal.append(word)
  return disk
}
