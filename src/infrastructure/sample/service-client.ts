/** Where the service is, and how its callers are known. */
export interface ServiceAccess {
  readonly url: string
  readonly tokenOf: (userId: string, role?: 'admin') => string
}

export interface ServiceCall {
  /** Who calls; null for an administrator. */
  readonly as: string | null
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly body?: object
  readonly key?: string
  /** Codes of refusals that are an answer as well as a success. */
  readonly expected?: readonly string[]
}

export interface ServiceAnswer {
  readonly body: Readonly<Record<string, unknown>>
  /** An earlier run has done it. */
  readonly isReplay: boolean
}

export type CallService = (call: ServiceCall) => Promise<ServiceAnswer>

const ADMINISTRATOR = 'sample-admin'
const TIMEOUT_MS = 30_000

/** Calls of the service's API. @throws Error in one line, with the code of an answer that is not expected */
export function makeServiceClient ({ url, tokenOf }: ServiceAccess): CallService {
  return async ({ as, method, path, body, key, expected = [] }) => {
    const token = as === null ? tokenOf(ADMINISTRATOR, 'admin') : tokenOf(as)
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...(key !== undefined && { 'idempotency-key': key }) },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const answer = await response.json() as Readonly<Record<string, unknown>>
    const code = String(answer['code'])
    if (!response.ok && !expected.includes(code)) throw new Error(`${method} ${path} answers ${response.status} ${code}`)
    return { body: answer, isReplay: response.headers.get('idempotent-replayed') === 'true' }
  }
}
