/** What the service refused, by RFC 9457 with its code. `status` is 0 where no answer came. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  /** Seconds to wait, where the service says so. */
  readonly retryAfterS: number | null
  /** What a person may quote to those who read the logs. */
  readonly requestId: string | null

  constructor (status: number, code: string, detail: string, retryAfterS: number | null = null, requestId: string | null = null) {
    super(detail)
    this.status = status
    this.code = code
    this.retryAfterS = retryAfterS
    this.requestId = requestId
  }
}

/** The problem that an answer tells; a plain one where its body is none, as from a proxy. */
export function problemOf (status: number, body: unknown, retryAfter: string | null = null): Problem {
  const { code, detail, title, instance } = typeof body === 'object' && body !== null ? body as Record<string, unknown> : {}
  const text = [detail, title].find((part) => typeof part === 'string') ?? `HTTP ${status}`
  const requestId = typeof instance === 'string' ? instance.replace('urn:basvideo:request:', '') : null
  const seconds = Number(retryAfter ?? NaN)
  return new Problem(status, typeof code === 'string' ? code : 'unknown', String(text), Number.isNaN(seconds) ? null : seconds, requestId)
}

/** Any failure as a problem: a request without an answer is `unreachable`. */
export function asProblem (error: unknown): Problem {
  if (error instanceof Problem) return error
  const detail = error instanceof Error ? error.message : String(error)
  return new Problem(0, error instanceof TypeError ? 'unreachable' : 'unknown', detail)
}

export function isAbort (error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
