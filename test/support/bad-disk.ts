import type { Disk, DiskFile } from '#adapters/durability/journal/disk.js'

/** A failure of the next call of this name. */
export interface DiskFault {
  readonly call: 'append' | 'sync' | 'truncate' | 'open' | 'remove'
  readonly code: 'ENOSPC' | 'EIO'
  /** How many bytes a failed append writes. */
  readonly written?: number
}

interface Stored {
  bytes: Buffer
  /** How many of the bytes survive a crash. */
  synced: number
}

/** A disk in memory that loses bytes without a sync in a crash, and fails as planned. */
export class BadDisk implements Disk {
  readonly files = new Map<string, Stored>()
  readonly faults: DiskFault[] = []
  syncs = 0

  list = async (): Promise<string[]> => [...this.files.keys()]
  read = async (name: string): Promise<Uint8Array> => Buffer.from(this.#stored(name).bytes)

  remove = async (name: string): Promise<void> => {
    this.#fail('remove')
    this.files.delete(name)
  }

  open = async (name: string): Promise<DiskFile> => {
    this.#fail('open')
    if (!this.files.has(name)) this.files.set(name, { bytes: Buffer.alloc(0), synced: 0 })
    const file = this.#stored(name)
    return {
      append: async (bytes) => {
        const fault = this.#due('append')
        const written = fault === undefined ? bytes.length : fault.written ?? 0
        file.bytes = Buffer.concat([file.bytes, bytes.subarray(0, written)])
        if (fault !== undefined) throw errorOf(fault)
      },
      sync: async () => {
        // Other appends can come in between.
        await Promise.resolve()
        this.#fail('sync')
        this.syncs++
        file.synced = file.bytes.length
      },
      truncate: async (length) => {
        this.#fail('truncate')
        file.bytes = file.bytes.subarray(0, length)
        file.synced = Math.min(file.synced, length)
      },
      close: async () => {},
    }
  }

  /** Loses all bytes that were not synced but the first `kept`. */
  crash (kept = 0): void {
    for (const file of this.files.values()) {
      file.bytes = file.bytes.subarray(0, file.synced + kept)
      file.synced = file.bytes.length
    }
  }

  /** The only file, to inspect or damage. */
  get only (): Stored {
    const [file, ...others] = this.files.values()
    if (file === undefined || others.length > 0) throw new Error(`there are ${this.files.size} files`)
    return file
  }

  #stored (name: string): Stored {
    const file = this.files.get(name)
    if (file === undefined) throw new Error(`there is no file ${name}`)
    return file
  }

  #fail (call: DiskFault['call']): void {
    const fault = this.#due(call)
    if (fault !== undefined) throw errorOf(fault)
  }

  #due (call: DiskFault['call']): DiskFault | undefined {
    return this.faults[0]?.call === call ? this.faults.shift() : undefined
  }
}

function errorOf ({ code, call }: DiskFault): Error {
  return Object.assign(new Error(`${code}: ${call}`), { code })
}
