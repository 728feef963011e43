import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HttpProblem } from '../shared/problem.js'

interface KnownPath {
  readonly pattern: RegExp
  readonly methods: Set<string>
}

/** Answers what no route takes: 405 with the methods of a path that has others, 404 for every other path. Sees routes that are registered after it. */
export function registerNotFound (app: FastifyInstance): void {
  const paths = new Map<string, KnownPath>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = paths.get(url) ?? { pattern: patternOf(url), methods: new Set() }
    paths.set(url, known)
    for (const one of [method].flat()) known.methods.add(one)
  })
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, ({ method, url }: FastifyRequest, reply: FastifyReply) => {
    const path = url.replace(/\?.*$/s, '')
    const allowed = new Set([...paths.values()].flatMap(({ pattern, methods }) => pattern.test(path) ? [...methods] : []))
    // A route that takes the method has found nothing itself.
    if (allowed.size === 0 || allowed.has(method)) throw new HttpProblem('route_not_found', 'there is no route for this method and path')
    const allow = [...allowed].sort().join(', ')
    reply.header('allow', allow)
    throw new HttpProblem('method_not_allowed', `this path takes ${allow}`)
  })
}

/** Such as `/api/payments/:paymentId`, and `/docs/*`. */
function patternOf (url: string): RegExp {
  return new RegExp(`^${url.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll(/:\w+/g, '[^/]+')}$`)
}
