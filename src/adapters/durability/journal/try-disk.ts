import { statfs } from 'node:fs/promises'
import { fileDisk, type DiskFile } from './disk.js'

export interface DiskTrial {
  /** What this process may still write. */
  readonly freeBytes: number
  /** How long the sync of a small file took. */
  readonly syncMs: number
}

/** A file of the trial, which no reader of a journal looks at. */
const NAME = `.trial-${process.pid}`
const BYTES = Buffer.from('written and taken away by basvideo doctor\n')

/** Writes a file to a folder that is there, syncs it and takes it away. @throws Error with the code of the system */
export async function tryDisk (folder: string, openDisk = fileDisk): Promise<DiskTrial> {
  const { bavail, bsize } = await statfs(folder)
  const disk = await openDisk(folder)
  const file = await disk.open(NAME)
  try {
    return { freeBytes: bavail * bsize, syncMs: await syncTime(file) }
  } finally {
    await file.close()
    await disk.remove(NAME)
  }
}

async function syncTime (file: DiskFile): Promise<number> {
  await file.append(BYTES)
  const start = performance.now()
  await file.sync()
  return performance.now() - start
}
