/** Answers of one kind that are kept for the time when the store gives none. */
const ENTRIES_MAX = 10_000

interface Answer {
  readonly value: unknown
  readonly atMs: number
}

/** The last answers, by question; of each kind the one that came longest ago is forgotten first, so that many messages crowd out no payment. */
export class LastKnown {
  /** By the first word of the question. */
  readonly #kinds = new Map<string, Map<string, Answer>>()

  /**
   * The value can't be changed by anybody from here on. One that a slow answer brings after a newer version is dropped.
   * @param atMs when it was asked for, on a clock that never runs backwards: how long an answer takes, so old may it be
   */
  put (question: string, value: unknown, atMs: number): void {
    const answers = this.#alike(question)
    if (versionOf(value, Infinity) < versionOf(answers.get(question)?.value, 0)) return
    answers.delete(question)
    answers.set(question, { value: frozen(value), atMs })
    if (answers.size <= ENTRIES_MAX) return
    const [oldest = question] = answers.keys()
    answers.delete(oldest)
  }

  /** The answer and its age in seconds; undefined where the question was never answered, or too long ago. */
  get<T> (question: string, nowMs: number): { readonly value: T, readonly ageS: number } | undefined {
    const answer = this.#alike(question).get(question)
    return answer && { value: answer.value as T, ageS: Math.ceil((nowMs - answer.atMs) / 1000) }
  }

  #alike (question: string): Map<string, Answer> {
    const kind = question.slice(0, question.indexOf(' '))
    const known = this.#kinds.get(kind)
    if (known !== undefined) return known
    const answers = new Map<string, Answer>()
    this.#kinds.set(kind, answers)
    return answers
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
