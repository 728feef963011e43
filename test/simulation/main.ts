/** `npm run simulate -- --seeds 1000 --from 1 --jobs 2`, `-- --seed 7 --trace`, `-- --planted`. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { inThreads, type Failure, type Piece } from './pool.js'
import { PLANTED_BUGS, plantedBug } from './planted/planted-bugs.js'
import { simulate } from './simulate.js'

/** Seeds that are handed to a thread at once. */
const PIECE = 100
const SEEDS = 1000
const PLANTED_SEEDS = 20_000
/** Failures that are told in full. */
const TOLD_MAX = 20

const { values: { seeds, from, seed, bug, trace, planted, jobs } } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    bug: { type: 'string' },
    trace: { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
})

const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const first = whole(from)
const threads = whole(jobs)
const isClean = seed !== undefined ? await replay(whole(seed)) : planted ? await catchBugs(whole(seeds ?? `${PLANTED_SEEDS}`)) : await run(whole(seeds ?? `${SEEDS}`))
process.exitCode = isClean ? 0 : 1

/** One seed, from beginning to end. */
async function replay (number: number): Promise<boolean> {
  const { violations, hash, lines } = await simulate(number, { bug: plantedBug(bug ?? null), trace })
  for (const line of lines) print(line)
  for (const { invariant, what } of violations) print(`violated: ${invariant}: ${what}`)
  print(`seed ${number}: ${violations.length} violations, trace ${hash}`)
  return violations.length === 0
}

async function run (count: number): Promise<boolean> {
  const started = performance.now()
  const failures: Failure[] = []
  let steps = 0
  await inThreads(threads, piecesOf(count), (_piece, report) => {
    for (const failure of report.failures) if (failures.push(failure) <= TOLD_MAX) tell(failure)
    steps += report.steps
  })
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage()
  const effort = `${Math.round(steps / count)} steps and ${((user + system) / 1000 / count).toFixed(1)} ms of processor each`
  print(`${count} seeds, ${failures.length} with violations; ${effort}; ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} seeds a second in ${threads} threads`)
  return failures.length === 0
}

function tell ({ seed: number, invariant, what }: Failure): void {
  const planted = bug === undefined ? '' : ` --bug '${bug}'`
  print(`seed ${number} violates: ${invariant}: ${what}\n    npm run simulate -- --seed ${number}${planted} --trace`)
}

function * piecesOf (count: number): Generator<Piece, undefined> {
  for (let next = first; next < first + count; next += PIECE) {
    yield { from: next, to: Math.min(next + PIECE, first + count), bug: bug ?? null, untilFirst: false }
  }
}

/** Each planted bug until it is caught, which each has to be. */
async function catchBugs (count: number): Promise<boolean> {
  let missed = 0
  print('| planted bug | caught at seed | by |\n|---|---|---|')
  const pieces = PLANTED_BUGS.values().map(({ name }): Piece => ({ from: first, to: first + count, bug: name, untilFirst: true }))
  await inThreads(threads, pieces, ({ bug: name }, { failures: [failure] }) => {
    if (failure === undefined) missed++
    print(failure === undefined ? `| ${name} | not within ${count} seeds | |` : `| ${name} | ${failure.seed} | ${failure.invariant} |`)
  })
  print(`${PLANTED_BUGS.length - missed} of ${PLANTED_BUGS.length} planted bugs are caught`)
  return missed === 0
}

function whole (text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0) throw new Error(`a whole number above zero is wanted, not ${text}`)
  return Number(text)
}
