/** Where something went wrong: in a request, in the work beside the requests, at a provider or carrier, or in the process itself. */
export const OCCURRENCE_KINDS = ['request', 'job', 'event', 'provider', 'process'] as const
export type OccurrenceKind = typeof OCCURRENCE_KINDS[number]

/** What went wrong once, as a line of the log says it, without secrets. */
export interface Occurrence {
  readonly kind: OccurrenceKind
  /** The class of the error, `Error` where there is none. */
  readonly name: string
  /** The code of the error, null where it has none. */
  readonly code: string | null
  /** `POST /api/messages`, the name of a job, the type of an event, or a provider or carrier; empty where nothing of it is known. */
  readonly where: string
  readonly message: string
  /** The stack of the error and of its causes, null where there is none. */
  readonly stack: string | null
  readonly requestId: string | null
  /** The trace that it belongs to; null outside of requests and jobs. */
  readonly traceId: string | null
}

/** Frames that tell occurrences apart. More would tell the callers of one fault apart. */
const FRAMES = 3
/** A frame of a source of ours: its function, where it has a name, and its file. */
const FRAME = /^ +at (?:async )?(?:([^(\n]+) \()?(?:file:\/\/)?[^\s()]*\/src\/([^\s()]+?)\.[jt]s:\d+:\d+\)?$/gm

/** The parts of a message that change from one occurrence to the next. */
const CHANGING = /"[^"]*"|'[^']*'|`[^`]*`|\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b|\b[a-z]{2,4}_[\w-]{8,}|\b(?=[a-z2-7]*\d)[a-z2-7]{16,}\b|\d+/gi

/**
 * What occurrences with one cause have in common: neither ids nor numbers, and no line of a source, so that a release does not make each of
 * them new.
 */
export function traitsOf ({ kind, name, code, where, message, stack }: Occurrence): readonly string[] {
  const frames = [...stack?.matchAll(FRAME) ?? []].slice(0, FRAMES).map(([, called = '', file = '']) => `${file}:${called}`)
  return [kind, name, code ?? '', where, ...(frames.length > 0 ? frames : [message.replace(CHANGING, '*')])]
}
