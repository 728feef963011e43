import createClient from 'openapi-fetch'
import type { components, paths } from './api-types.js'
import { ask, needOf } from './challenge.js'
import { problemOf } from './problem.js'

/** A schema of the service's OpenAPI document. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

/** The cookie of the console counts only with this header. */
export const HEADERS = { 'x-console': '1' } as const

/** A session that has ended, then the second factor, then one of them that has run out meanwhile. */
const ASKED_MAX = 3

/**
 * Sends a request. Where the session is over, or the act needs the second factor once more, the person is asked, and the request is sent again: the
 * service has done nothing yet.
 */
export async function send (request: Request, asked = 0): Promise<Response> {
  const again = request.clone()
  const response = await fetch(request)
  if ((response.status !== 401 && response.status !== 403) || asked === ASKED_MAX) return response
  const body: unknown = await response.clone().json().catch(() => null)
  const need = needOf(response.status, (body as { code?: unknown } | null)?.code)
  return need !== null && await ask(need) ? await send(again, asked + 1) : response
}

/** The service by the types of its own document: `await read(api.GET('/api/payments/{paymentId}', { params: { path: { paymentId } } }))`. */
export const api = createClient<paths>({ baseUrl: location.origin, headers: HEADERS, fetch: async (request) => await send(request) })

interface Answer<T> {
  readonly data?: T
  readonly error?: unknown
  readonly response: Response
}

/** The answer of a request. @throws Problem */
export async function read<T> (request: Promise<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await request
  if (data === undefined || data === null) throw problemOf(response.status, error, response.headers.get('retry-after'))
  return data
}

/** A request that no document describes, or that has to show its own refusals. `isAsking` false: a 401 is the answer. @throws Problem */
export async function call<T> (method: string, path: string, { body, isAsking = true, signal }: { body?: object, isAsking?: boolean, signal?: AbortSignal } = {}): Promise<T> {
  const headers = { ...HEADERS, ...(body !== undefined && { 'content-type': 'application/json' }) }
  const request = new Request(new URL(path, location.origin), { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }), ...(signal !== undefined && { signal }) })
  const response = await (isAsking ? send(request) : fetch(request))
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null)
  if (!response.ok) throw problemOf(response.status, answer, response.headers.get('retry-after'))
  return answer as T
}
