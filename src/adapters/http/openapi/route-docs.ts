import { PROBLEMS } from '../shared/problem.js'

type Tag = 'Accounts' | 'Messages' | 'Payments' | 'Streamers' | 'Notifications' | 'Back office' | 'Service'
type ProblemStatus = 400 | 401 | 402 | 403 | 404 | 409 | 413 | 415 | 422 | 503

/** What a route says of itself in the OpenAPI document. */
export function describe (operationId: string, tag: Tag, summary: string, security: 'token' | 'none' = 'token') {
  return { operationId, tags: [tag], summary, security: security === 'none' ? [] : [{ bearer: [] }, { adminToken: [] }] }
}

/**
 * The problem responses of a route: the named ones, and those that any route can give.
 * They carry no types into the route, because handlers throw problems and never send them.
 */
export function problems (...statuses: ProblemStatus[]): Record<never, never> {
  return Object.fromEntries([...statuses, 429, 500, 503].map((status) => [status, {
    description: Object.values(PROBLEMS).filter((known) => known.status === status).map(({ title }) => title).join(' · '),
    content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
  }]))
}
