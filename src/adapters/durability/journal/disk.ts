import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A folder of files that only grow: all that the journal needs of a disk, so that tests can use one that fails. */
export interface Disk {
  /** Names of the files, in any order. */
  readonly list: () => Promise<readonly string[]>
  readonly read: (name: string) => Promise<Uint8Array>
  /** Opens a file to append to it, and creates it where it is missing. From then on a crash leaves the file in place. */
  readonly open: (name: string) => Promise<DiskFile>
  readonly remove: (name: string) => Promise<void>
}

/** A method that throws may have written any part of its bytes. */
export interface DiskFile {
  readonly append: (bytes: Uint8Array) => Promise<void>
  /** Once this resolves, a crash keeps what was appended before. A file that failed to sync must not be used again. */
  readonly sync: () => Promise<void>
  /** Cuts the file to its first `length` bytes. */
  readonly truncate: (length: number) => Promise<void>
  readonly close: () => Promise<void>
}

/** Messages are private: only the owner of the process reads them. */
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

/** A folder of the file system, created where it is missing. */
export async function fileDisk (folder: string): Promise<Disk> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
  return {
    list: async () => await readdir(folder),
    read: async (name) => await readFile(join(folder, name)),
    remove: async (name) => {
      await rm(join(folder, name))
      await syncFolder(folder)
    },
    open: async (name) => {
      const file = await open(join(folder, name), 'a', FILE_MODE)
      await syncFolder(folder)
      return {
        append: async (bytes) => { await file.appendFile(bytes) },
        sync: async () => { await file.datasync() },
        truncate: async (length) => { await file.truncate(length) },
        close: async () => { await file.close() },
      }
    },
  }
}

/** A crash keeps a new file only once its folder is synced too. */
async function syncFolder (folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Makes this process the only owner of the folder's journal, until it calls the returned function or dies. The kernel holds SQLite's
 * lock on the file: it ends with the process however that ends, counts across containers that share the folder, and needs no time-out.
 * @throws Error when another process owns the folder
 */
export function lockFolder (folder: string): () => void {
  const database = new DatabaseSync(join(folder, 'journal.lock'), { timeout: 0 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    throw new Error(`the journal in ${folder} belongs to another process`, { cause })
  }
  return () => { database.close() }
}
