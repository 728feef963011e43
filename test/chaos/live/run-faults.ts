import { FAULTS } from './faults.js'
import { Readers } from './readers.js'
import { startWorld } from './world.js'
import { Writers } from './writers.js'

/** The connection of one reader is cut so often. */
const CUT_MS = 150
/** Within so long after a fault, all that was written is acknowledged, and all that was acknowledged is seen. */
const WRITTEN_MAX_MS = 60_000
const SEEN_MAX_MS = 60_000
/** Findings that are shown in words. */
const SHOWN_MAX = 10

export interface FaultsOptions {
  readonly names: readonly string[]
  readonly runs: number
  readonly readers: number
  readonly faultMs: number
}

/** Lets each fault happen while people write and read. Answers how many violations were found. */
export async function runFaults ({ names, runs, readers: count, faultMs }: FaultsOptions): Promise<number> {
  const world = await startWorld()
  const writers = new Writers(world, Readers.pairs(count))
  const readers = new Readers(world, count, writers.sentAtMs)
  await readers.start()
  process.stdout.write(`${count} readers over two nodes, faults of ${faultMs / 1000} s; all the time one reader after the other loses their connection.\n\n`)
  process.stdout.write('| fault | acknowledged | repeated | connections | seen after, p50 | p99 | all seen after the fault | gaps | doubled | lost |\n|---|---|---|---|---|---|---|---|---|---|\n')
  let violations = 0
  const words: string[] = []
  for (const name of Array.from({ length: runs }, () => names).flat()) {
    const fault = FAULTS[name]
    if (fault === undefined) throw new Error(`there is no fault ${name}; there are ${Object.keys(FAULTS).join(', ')}`)
    const before = readers.findings
    const { count: acknowledgedBefore, repeated: repeatedBefore } = writers
    readers.delaysMs = []
    writers.resume()
    const cutting = setInterval(() => { readers.cutOne() }, CUT_MS)
    await fault(world, faultMs)
    const start = performance.now()
    clearInterval(cutting)
    const isWritten = await writers.pause(WRITTEN_MAX_MS)
    const unseen = await readers.unseen(writers.acknowledged, SEEN_MAX_MS)
    const tookMs = performance.now() - start
    writers.acknowledged = []
    writers.sentAtMs.clear()
    const { gaps, doubled, resets, refusals, connections } = readers.findings
    const missed = gaps - before.gaps + resets - before.resets
    const twice = doubled - before.doubled
    const refused = refusals.length - before.refusals.length
    violations += missed + twice + unseen.length + refused + Number(!isWritten) + Number(writers.count === acknowledgedBefore)
    words.push(...unseen, ...refusals.slice(before.refusals.length), ...(isWritten ? [] : [`${name}: not all that was written was acknowledged`]))
    const cells = [name, writers.count - acknowledgedBefore, writers.repeated - repeatedBefore, connections - before.connections,
      percentile(readers.delaysMs, 0.5), percentile(readers.delaysMs, 0.99), `${(tookMs / 1000).toFixed(1)} s`, missed, twice, unseen.length]
    process.stdout.write(`| ${cells.join(' | ')} |\n`)
  }
  const { connections, repeats } = readers.findings
  const { lost, passed } = world.loss.counts
  process.stdout.write(`\n${writers.count} messages acknowledged; ${count} readers made ${connections} connections, on which ${repeats} events came again under the same id. The bus lost ${lost} of ${lost + passed} messages.\n`)
  for (const word of words.slice(0, SHOWN_MAX)) process.stdout.write(`- ${word}\n`)
  await writers.stop()
  await readers.stop()
  await world.close()
  return violations
}

function percentile (delaysMs: readonly number[], share: number): string {
  const sorted = delaysMs.toSorted((one, other) => one - other)
  const delay = sorted[Math.ceil(sorted.length * share) - 1]
  return delay === undefined ? '–' : `${Math.round(delay)} ms`
}
