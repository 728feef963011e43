import type { Disk, DiskFile } from '#adapters/durability/journal/disk.js'
import { BadDisk, type DiskFault } from '../support/bad-disk.js'
import type { Context } from './context.js'
import type { Life } from './scheduler.js'

/** The disk of a node: it takes its time, runs full, fails to sync, and keeps at a crash what was synced and any part of the rest. */
export class SimulatedDisk {
  readonly #disk = new BadDisk()
  readonly #context: Context

  constructor (context: Context) {
    this.#context = context
  }

  /** As a process sees it: when it dies, nothing that it has begun comes back to it. */
  of (life: Life): Disk {
    const { scheduler } = this.#context
    const io = async <T> (run: () => Promise<T>): Promise<T> => {
      await scheduler.sleep(this.#context.random.between(1, 4), life)
      return await run()
    }
    return {
      list: async () => await io(this.#disk.list),
      read: async (name) => await io(async () => await this.#disk.read(name)),
      remove: async (name) => { await io(async () => { await this.#disk.remove(name) }) },
      open: async (name) => {
        const file = await io(async () => await this.#disk.open(name))
        return this.#file(file, io)
      },
    }
  }

  crash (): void {
    this.#disk.crash(this.#context.random.below(400))
  }

  #file (file: DiskFile, io: <T>(run: () => Promise<T>) => Promise<T>): DiskFile {
    const { random, faults } = this.#context
    return {
      append: async (bytes) => {
        await io(async () => {
          if (random.chance(faults.rates.diskFull)) this.#fail({ call: 'append', code: 'ENOSPC', written: random.below(bytes.length) })
          await file.append(bytes)
        })
      },
      sync: async () => {
        await io(async () => {
          if (random.chance(faults.rates.diskError)) this.#fail({ call: 'sync', code: 'EIO' })
          await file.sync()
        })
      },
      truncate: async (length) => { await io(async () => { await file.truncate(length) }) },
      close: async () => { await io(file.close) },
    }
  }

  #fail (fault: DiskFault): void {
    this.#context.trace.note(this.#context.scheduler.now, 'disk', fault.call, fault.code)
    this.#disk.faults.push(fault)
  }
}
