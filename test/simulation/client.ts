import { DomainError, type ErrorCode } from '#domain/errors.js'
import type { Context } from './context.js'
import { isOutage } from './courier.js'
import type { Node } from './node.js'
import type { UseCases } from './use-cases.js'

/** An answer, a refusal, or, where both are null, nothing for as long as the client cared to ask. */
export interface Outcome<T> {
  readonly answer: T | null
  readonly refusal: ErrorCode | null
  /** Whether the answer says of itself that it may be old. */
  readonly isStale: boolean
}

const TRIES_MAX = 6

/** Somebody who uses the service as its documents tell him to: what is not answered is asked again, under the same key. */
export interface Client {
  readonly name: string
  readonly others: readonly string[]
  /** The one with whom he has most to do. */
  readonly partner: string
  readonly context: Context
  /** Of what this client does, the how manieth it is: makes keys and texts that nobody else has. */
  readonly count: () => number
  readonly ask: <T>(what: string, run: (useCases: UseCases) => Promise<T>) => Promise<Outcome<T>>
  /** The same at the node that does not see the journal of the first; null where all nodes see the same. */
  readonly askOther: Client['ask'] | null
}

export function makeClient ({ name, others, partner }: Pick<Client, 'name' | 'others' | 'partner'>, nodes: readonly Node[], other: Node | null, context: Context): Client {
  const { random, scheduler, trace } = context
  let counted = 0

  const ask = async <T>(what: string, run: (useCases: UseCases) => Promise<T>): Promise<Outcome<T>> => await askOneOf(nodes, what, run)

  async function askOneOf<T> (asked: readonly Node[], what: string, run: (useCases: UseCases) => Promise<T>): Promise<Outcome<T>> {
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      const node = random.pick(asked)
      trace.note(scheduler.now, name, what, `at ${node.name}`)
      try {
        const reads = node.staleReads
        const answer = await node.serve(run)
        trace.note(scheduler.now, name, `${what}: answered`)
        return { answer, refusal: null, isStale: node.staleReads !== reads }
      } catch (error) {
        const code = error instanceof DomainError ? error.code : null
        const isWorthTrying = isOutage(error) || code === 'request_in_progress' || code === 'provider_unavailable'
        trace.note(scheduler.now, name, `${what}: ${code ?? 'connection lost'}`)
        if (!isWorthTrying) {
          if (code === null) throw error
          return { answer: null, refusal: code, isStale: false }
        }
      }
      await scheduler.sleep(random.between(500, 25_000))
    }
    return { answer: null, refusal: null, isStale: false }
  }

  return { name, others, partner, context, count: () => ++counted, ask, askOther: other === null ? null : async (what, run) => await askOneOf([other], what, run) }
}

/** What was acknowledged and is not in the store is in the journal: a list that may lack what the store alone has does not lack that. */
export async function unstored<T> (acknowledged: readonly T[], find: (one: T) => Promise<T | null>): Promise<T[]> {
  const found = await Promise.all(acknowledged.map(find))
  return acknowledged.filter((_, index) => found[index] === null)
}
