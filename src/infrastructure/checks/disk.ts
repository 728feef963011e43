import { tryDisk, type DiskTrial } from '#adapters/durability/journal/try-disk.js'
import type { Config } from '../config/config.js'
import { fault, ok, type Finding } from './finding.js'

/** What a journal may grow by in a long outage. */
const FREE_MIN_BYTES = 256 * 1024 * 1024
/** Each write of an outage waits for a sync. */
const SYNC_MAX_MS = 1000
const MIB = 1024 * 1024

/** Whether the folder of the journal takes what has to survive a crash. */
export async function checkDisk ({ dataDir }: Config): Promise<Finding> {
  if (dataDir === null) return ok('DATA_DIR', 'not set: there is no journal')
  try {
    return trialFinding(dataDir, await tryDisk(dataDir))
  } catch (error) {
    return fault('DATA_DIR', `${dataDir} takes no file (${(error as NodeJS.ErrnoException).code})`, 'make the folder, let the user of the service write to it, and mount its disk')
  }
}

export function trialFinding (dataDir: string, { freeBytes, syncMs }: DiskTrial): Finding {
  const free = `${Math.floor(freeBytes / MIB)} MiB free`
  if (freeBytes < FREE_MIN_BYTES) return fault('DATA_DIR', `${dataDir} has ${free}`, `free at least ${FREE_MIN_BYTES / MIB} MiB: the journal grows while DynamoDB is away`)
  const sync = `a sync takes ${Math.ceil(syncMs)} ms`
  if (syncMs > SYNC_MAX_MS) return fault('DATA_DIR', `${dataDir}: ${sync}`, 'take a faster disk: each write waits for a sync while DynamoDB is away')
  return ok('DATA_DIR', `${dataDir} is writable, ${free}, ${sync}`)
}
