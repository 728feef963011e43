import { SingleBar } from 'cli-progress'
import { Drain } from '#adapters/durability/drain/drain.js'
import { Outage } from '#adapters/durability/outage/outage.js'
import { dynamoStores } from '#adapters/dynamodb/stores.js'
import { RequestFreshness } from '#adapters/http/shared/freshness.js'
import { clock } from '#adapters/system/system.js'
import { readEnvironment } from '../config/environment.js'
import { mappedStoreOptions } from '../config/store-config.js'
import { ConfigError } from '../config/variables.js'
import { readArguments, readSettings } from '../runtime/command-line.js'
import { openJournal } from '../wiring/open-stores.js'
import { folderOf, slotsIn } from '../workers/slots.js'

/** Carries the journals of `DATA_DIR` out into DynamoDB while no service runs on it. */
export async function drain (env: NodeJS.ProcessEnv): Promise<void> {
  const { values: { 'dry-run': isDry } } = readArguments({
    name: 'drain',
    usage: `[--dry-run]
  --dry-run  counts the writes that wait, and carries none out`,
    options: { 'dry-run': { type: 'boolean', default: false } },
  })

  const options = readSettings('drain', () => mappedStoreOptions(env))
  try {
    const { DATA_DIR: dataDir } = readEnvironment(env)
    if (dataDir === undefined) throw new ConfigError('DATA_DIR', 'must name the folder of the journal')
    // Each worker of a start has a journal of its own.
    const [first = 1, ...others] = slotsIn(dataDir)
    for (const slot of [first, ...others]) {
      if (others.length > 0) process.stderr.write(`Worker ${slot}: `)
      process.stderr.write(`${await drainJournal(folderOf(dataDir, slot), options, isDry)}\n`)
    }
  } catch (error) {
    process.stderr.write(`The journal was not drained: ${(error as Error).message}\n`)
    process.exitCode = 1
  }
}

/** Drains a journal, or counts its writes. Returns the report. */
async function drainJournal (dataDir: string, options: ReturnType<typeof mappedStoreOptions>, isDry: boolean): Promise<string> {
  const journal = await openJournal(dataDir)
  const total = journal.depth
  if (isDry) {
    const kinds = Map.groupBy(journal.pending(), ({ value }) => value.kind)
    const counts = [...kinds].map(([kind, entries]) => `, ${kind} ${entries.length}`).join('')
    await journal.close()
    return `${total} writes wait${counts}; ${journal.quarantinedCount} in quarantine. Nothing was changed.`
  }
  const stores = dynamoStores(options)
  const bar = new SingleBar({ format: '[{bar}] {percentage}% | {value} of {total} writes | {eta_formatted} left', gracefulExit: false, noTTYOutput: true, stream: process.stderr })
  const nowMs = (): number => performance.now()
  const onChange = (): void => { process.stderr.write('\nDynamoDB is away.\n') }
  const outage = new Outage({ journal, freshness: new RequestFreshness(), depthMax: 0, clock, nowMs, ping: stores.ping, onChange })
  const progress = (): void => { bar.increment() }
  const work = new Drain(outage, stores, { carriedOut: progress, quarantined: progress }, nowMs)
  bar.start(total, 0)
  // An interrupted run loses nothing: entries that are not settled are carried out again.
  const { signal } = new AbortController()
  let more: boolean
  do more = await work.run(signal)
  while (more)
  bar.stop()
  await stores.close()
  await journal.close()
  if (journal.depth > 0) process.exitCode = 1
  return `${total - journal.depth} writes are out of the journal, ${journal.depth} are left, ${journal.quarantinedCount} are in quarantine.`
}
