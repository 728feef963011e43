import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Makes this process the one that owns the folder's journal, until it lets go or dies. SQLite's lock on a file is the kernel's:
 * it ends with the process however that ends, counts across containers that share the folder, and has no age to guess at.
 * @throws Error when another process owns it
 */
export function lockJournal (folder: string): () => void {
  const database = new DatabaseSync(join(folder, 'journal.lock'), { timeout: 0 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    throw new Error(`the journal in ${folder} belongs to another process`, { cause })
  }
  return () => { database.close() }
}
