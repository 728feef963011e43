/** Answers of the store that are kept for the time when it gives none. */
const ENTRIES_MAX = 20_000

/** The last answers, by question; the one that came longest ago is forgotten first. */
export class LastKnown {
  readonly #answers = new Map<string, { readonly value: unknown, readonly atMs: number }>()
  readonly #nowMs: () => number

  /** @param nowMs a clock that never runs backwards */
  constructor (nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** The value can't be changed by anybody from here on. One that a slow answer brings after a newer version is dropped. */
  put (question: string, value: unknown): void {
    if (versionOf(value, Infinity) < versionOf(this.#answers.get(question)?.value, 0)) return
    this.#answers.delete(question)
    this.#answers.set(question, { value: frozen(value), atMs: this.#nowMs() })
    if (this.#answers.size <= ENTRIES_MAX) return
    const [oldest = question] = this.#answers.keys()
    this.#answers.delete(oldest)
  }

  /** The answer and its age in seconds; undefined where the question was never answered, or too long ago. */
  get<T> (question: string): { readonly value: T, readonly ageS: number } | undefined {
    const answer = this.#answers.get(question)
    return answer && { value: answer.value as T, ageS: Math.ceil((this.#nowMs() - answer.atMs) / 1000) }
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
