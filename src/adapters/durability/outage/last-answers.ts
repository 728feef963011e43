import { conversationIdOf } from '#domain/messages/message.js'
import type { PageRequest } from '#application/ports/page.js'

/** Answers of one kind that are remembered for an outage. */
const ENTRIES_MAX = 10_000

/** Names under which answers of the store are remembered. The first word is the kind of the answer. */
export const answerName = {
  message: (messageId: string) => `message ${messageId}`,
  side: (userId: string, otherUserId: string) => `side ${userId} ${conversationIdOf(userId, otherUserId)}`,
  unread: (userId: string) => `unread ${userId}`,
  payment: (paymentId: string) => `payment ${paymentId}`,
  claim: (key: string) => `claim ${key}`,
  reference: (provider: string, reference: string) => `reference ${provider} ${reference}`,
  page: (list: string, { before, limit }: PageRequest) => `${list} page ${limit} ${before}`,
}

interface Answer {
  readonly value: unknown
  readonly atMs: number
}

/** The store's last answers. Each kind drops its oldest answer first, so many messages displace no payment. */
export class LastAnswers {
  readonly #kinds = new Map<string, Map<string, Answer>>()

  /**
   * Freezes the value and remembers it. An answer that arrives after one with a newer version is dropped.
   * @param atMs when the store was asked, on a monotonic clock: a slow answer is as old as its call
   */
  put (name: string, value: unknown, atMs: number): void {
    const answers = this.#ofKind(name)
    if (versionOf(value, Infinity) < versionOf(answers.get(name)?.value, 0)) return
    answers.delete(name)
    answers.set(name, { value: frozen(value), atMs })
    if (answers.size <= ENTRIES_MAX) return
    const [oldest = name] = answers.keys()
    answers.delete(oldest)
  }

  /** The answer and its age in seconds; undefined where none is remembered. */
  get<T> (name: string, nowMs: number): { readonly value: T, readonly ageS: number } | undefined {
    const answer = this.#ofKind(name).get(name)
    return answer && { value: answer.value as T, ageS: Math.ceil((nowMs - answer.atMs) / 1000) }
  }

  #ofKind (name: string): Map<string, Answer> {
    const kind = name.slice(0, name.indexOf(' '))
    const answers = this.#kinds.get(kind) ?? new Map<string, Answer>()
    this.#kinds.set(kind, answers)
    return answers
  }
}

/** Payments have a version. An answer without one is as new as its call. */
function versionOf (value: unknown, otherwise: number): number {
  return (value as { readonly version?: number } | null | undefined)?.version ?? otherwise
}

function frozen (value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}
