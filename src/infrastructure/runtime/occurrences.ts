import { type Bindings, stdSerializers } from 'pino'
import type { Occurrence, OccurrenceKind } from '#domain/error-log/occurrence.js'

type Fields = Readonly<Record<string, unknown>>

/**
 * What a line of the log says about an error: so the error log hears of everything that the log calls an error.
 * @param bindings what is in every line of the logger
 * @param traceId of what runs now
 */
export function occurrenceOf (fields: Fields, text: unknown, bindings: Bindings, traceId: string | undefined): Occurrence {
  const error = fields['err'] instanceof Error ? stdSerializers.err(fields['err']) : null
  const requestId = textOf(bindings['requestId'])
  const message = error?.message ?? [text, fields['reason']].filter((part) => typeof part === 'string').join(': ')
  return {
    ...placeOf(fields, requestId),
    name: error?.type ?? 'Error',
    code: textOf(fields['code']) ?? textOf(error?.['code']),
    message,
    stack: error?.stack ?? null,
    requestId,
    traceId: traceId ?? null,
  }
}

function placeOf ({ where, job, provider, carrier, about, type }: Fields, requestId: string | null): Pick<Occurrence, 'kind' | 'where'> {
  if (typeof job === 'string') return { kind: 'job', where: job }
  const asked = textOf(provider) ?? textOf(carrier)
  if (asked !== null) return { kind: 'provider', where: [asked, textOf(about)].filter((part) => part !== null).join(' ') }
  if (typeof type === 'string') return { kind: 'event', where: type }
  const kind: OccurrenceKind = requestId === null ? 'process' : 'request'
  return { kind, where: textOf(where) ?? '' }
}

function textOf (value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
