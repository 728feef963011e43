import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openJournal } from '../wiring/open-stores.js'

/** The folder of the journal of a worker, by the number of its slot. The first has that of a service that is one process. */
export function folderOf<Folder extends string | null> (dataDir: Folder, slot: number): Folder | string {
  if (dataDir === null) return dataDir
  return slot === 1 ? dataDir : join(dataDir, `worker-${slot}`)
}

/** The slots that have a journal in `dataDir`, in their order. */
export function slotsIn (dataDir: string | null): readonly number[] {
  if (dataDir === null || !existsSync(dataDir)) return []
  const others = readdirSync(dataDir).flatMap((name) => /^worker-([1-9]\d{0,2})$/.exec(name)?.slice(1).map(Number) ?? [])
  return [...new Set([1, ...others])].filter((slot) => existsSync(join(folderOf(dataDir, slot), 'journal'))).sort((a, b) => a - b)
}

/** Whether the journal of a slot that no process has holds writes, also those in quarantine. @throws ConfigError where a process has it */
export async function holdsWrites (dataDir: string | null, slot: number): Promise<boolean> {
  if (dataDir === null || !slotsIn(dataDir).includes(slot)) return false
  const journal = await openJournal(folderOf(dataDir, slot))
  const count = journal.depth + journal.quarantinedCount
  await journal.close()
  return count > 0
}

/**
 * The slots of a start of so many workers: those whose journals hold writes, of an earlier start, and the first of the others. They are more
 * where more journals hold writes, because each write was acknowledged. @throws ConfigError where a process has one of the journals
 */
export async function slotsFor (count: number, dataDir: string | null): Promise<readonly number[]> {
  const known = slotsIn(dataDir)
  // A first journal alone is that of the first worker, which reads it anyway.
  if (known.every((slot) => slot === 1)) return firstFree(count, [])
  const full: number[] = []
  for (const slot of known) if (await holdsWrites(dataDir, slot)) full.push(slot)
  return [...full, ...firstFree(count - full.length, full)].sort((a, b) => a - b)
}

/** So many of the smallest numbers that are not taken. */
export function firstFree (count: number, taken: readonly number[]): readonly number[] {
  return Array.from({ length: Math.max(0, count) + taken.length }, (_, index) => index + 1).filter((slot) => !taken.includes(slot)).slice(0, Math.max(0, count))
}
