/** A folder of files that only grow: all that the journal wants of a disk, so that tests can put a bad one in its place. */
export interface Disk {
  /** Names of the files, in any order. */
  readonly list: () => Promise<readonly string[]>
  readonly read: (name: string) => Promise<Uint8Array>
  /** Opens a file to append to it; it is made where there is none, and is there after a crash from then on. */
  readonly open: (name: string) => Promise<DiskFile>
  readonly remove: (name: string) => Promise<void>
}

/** Every method may throw: the file then holds any part of what was to be written. */
export interface DiskFile {
  readonly append: (bytes: Uint8Array) => Promise<void>
  /** What was appended before survives a crash once this resolves. A disk that failed to sync once is not to be trusted again. */
  readonly sync: () => Promise<void>
  /** Cuts the file to its first so many bytes. */
  readonly truncate: (length: number) => Promise<void>
  readonly close: () => Promise<void>
}
