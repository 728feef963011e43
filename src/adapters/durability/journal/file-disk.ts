import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Disk } from './disk.js'

/** Only the owner of the process reads what people write to each other. */
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

/** A folder of the file system, made where there is none. */
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

/** A file is there after a crash only once its folder is on the disk too. */
async function syncFolder (folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
