import fc from 'fast-check'
import { judge } from './judge.js'
import { fuzzRequest, type FuzzRequest } from './requests.js'
import type { Target } from './target.js'

export interface Counts {
  requests: number
  /** Right requests that were accepted. */
  taken: number
  /** Wrong requests that were refused. */
  refused: number
}

export interface Violation {
  readonly operation: string
  readonly what: string
  /** The smallest request that was found to cause it. */
  readonly request: string
}

export interface FuzzReport {
  readonly counts: ReadonlyMap<string, Counts>
  readonly violations: readonly Violation[]
}

/** The least number of rounds. Operations take turns, so that one can use what another has made. */
const ROUNDS_MIN = 10
/** Requests of one round at most. Its users stay signed in for so long. */
const ROUND_MAX = 4000

/** Sends this many random requests of the service's document, the same for the same seed. Each violation is shrunk to a smaller request, or the first one ends the run. */
export async function fuzz ({ operations, signIn, send }: Target, requests: number, seed: number, untilFirst = false): Promise<FuzzReport> {
  const counts = new Map(operations.map(({ id }) => [id, { requests: 0, taken: 0, refused: 0 }]))
  const violations: Violation[] = []
  const made = operations.map((operation) => fc.asyncProperty(fuzzRequest(operation), attempt))
  const rounds = Math.max(ROUNDS_MIN, Math.ceil(requests / ROUND_MAX))
  const runs = Math.ceil(requests / operations.length / rounds)
  for (let round = 0; round < rounds; round++) {
    await signIn()
    for (const [index, property] of made.entries()) {
      const violation = await check(property, runs, seed + round * made.length + index)
      if (violation !== null) violations.push(violation)
      if (untilFirst && violation !== null) return { counts, violations }
    }
  }
  return { counts, violations }

  async function check (property: fc.IAsyncProperty<[FuzzRequest]>, numRuns: number, roundSeed: number): Promise<Violation | null> {
    const details = await fc.check(property, { numRuns, seed: roundSeed, endOnFailure: untilFirst })
    const [request] = details.counterexample ?? []
    if (request === undefined) return null
    return { operation: request.operation.id, what: String((details.errorInstance as Error | null)?.message), request: shown(request) }
  }

  async function attempt (request: FuzzRequest): Promise<void> {
    const answer = await send(request)
    const wrong = judge(request, answer)
    const count = counts.get(request.operation.id)
    if (count !== undefined) {
      count.requests++
      if (request.kind === 'right' && answer.status < 400) count.taken++
      if (request.kind === 'wrong' && wrong === null) count.refused++
    }
    if (wrong !== null) throw new Error(wrong)
  }
}

function shown ({ kind, rule, caller, operation: { method, path }, parameters, more, body, payload }: FuzzRequest): string {
  const values = Object.fromEntries([...parameters].map(([{ name }, value]) => [name, value]))
  return `${kind}${rule === '' ? '' : `, ${rule}`}: ${method} ${path} by ${caller} with ${JSON.stringify({ ...values, ...more, body, payload }).slice(0, 1500)}`
}

/** Operations that cannot succeed here: memory mode has no quarantine. */
const OUT_OF_REACH = ['retryQuarantined', 'resolveQuarantined']

/** Operations without an accepted request, of which the run says nothing. */
export function unreached (counts: FuzzReport['counts']): string[] {
  return [...counts].filter(([id, { taken }]) => taken === 0 && !OUT_OF_REACH.includes(id)).map(([id]) => id)
}
