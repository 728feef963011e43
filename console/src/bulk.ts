import { signal } from '@preact/signals'
import { asProblem, type Problem } from './problem.js'

/** How far an act on several things has come. */
export interface Progress {
  readonly done: number
  readonly of: number
  readonly failed: ReadonlyArray<{ readonly key: string, readonly problem: Problem }>
}

/** Does one thing after the other, so that the service is not flooded, and goes on after a refusal. `tell` hears of each step. */
export async function oneByOne (keys: readonly string[], act: (key: string) => Promise<unknown>, tell: (progress: Progress) => void): Promise<Progress> {
  let progress: Progress = { done: 0, of: keys.length, failed: [] }
  tell(progress)
  for (const key of keys) {
    const problem = await act(key).then(() => null, asProblem)
    progress = { ...progress, done: progress.done + 1, failed: problem === null ? progress.failed : [...progress.failed, { key, problem }] }
    tell(progress)
  }
  return progress
}

/** The keys of chosen rows, for one screen at a time. */
export function choice () {
  return signal<ReadonlySet<string>>(new Set())
}
