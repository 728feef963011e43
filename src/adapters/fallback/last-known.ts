/** Answers of the store that are kept for the time when it gives none. */
const ENTRIES_MAX = 20_000

/** The last answers, by question; the one that came longest ago is forgotten first. */
export class LastKnown {
  readonly #answers = new Map<string, { readonly value: unknown, readonly atMs: number }>()

  /**
   * The value can't be changed by anybody from here on. One that a slow answer brings after a newer version is dropped.
   * @param atMs when it was asked for, on a clock that never runs backwards: how long an answer takes, so old may it be
   */
  put (question: string, value: unknown, atMs: number): void {
    if (versionOf(value, Infinity) < versionOf(this.#answers.get(question)?.value, 0)) return
    this.#answers.delete(question)
    this.#answers.set(question, { value: frozen(value), atMs })
    if (this.#answers.size <= ENTRIES_MAX) return
    const [oldest = question] = this.#answers.keys()
    this.#answers.delete(oldest)
  }

  /** The answer and its age in seconds; undefined where the question was never answered, or too long ago. */
  get<T> (question: string, nowMs: number): { readonly value: T, readonly ageS: number } | undefined {
    const answer = this.#answers.get(question)
    return answer && { value: answer.value as T, ageS: Math.ceil((nowMs - answer.atMs) / 1000) }
  }
}

/** Payments have one; what has none is as new as the answer that brought it. */
function versionOf (value: unknown, otherwise: number): number {
  return (value as { readonly version?: number } | null | undefined)?.version ?? otherwise
}

function frozen (value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}
