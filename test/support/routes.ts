import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Scope } from '#domain/accounts/permissions.js'

/** A route as the app registers it. */
export interface Route {
  /** Such as `GET /api/messages`. */
  readonly name: string
  readonly method: string
  /** Such as `/api/messages/:messageId/read`. */
  readonly path: string
  readonly policy: string | undefined
  /** What callers need to act for others there. */
  readonly scope: Scope | undefined
  readonly isDocumented: boolean
  readonly isStream: boolean
  /** The name of the schema of its body; undefined for a route that reads none. */
  readonly body: string | undefined
  /** A value for each parameter that its query requires. */
  readonly query: Readonly<Record<string, string>>
}

interface Query {
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, { readonly enum?: readonly string[], readonly examples?: readonly string[] }>>
}

/** Every route that the app registers while it is built, documented or not. HEAD routes belong to their GET, and OPTIONS to CORS. */
export async function registeredRoutes (build: () => Promise<{ app: FastifyInstance }>): Promise<Route[]> {
  const routesOf = new Map<unknown, RouteOptions[]>()
  const listen = (message: unknown): void => {
    const { fastify } = message as { fastify: FastifyInstance }
    const routes: RouteOptions[] = []
    routesOf.set(fastify, routes)
    fastify.addHook('onRoute', (route) => { routes.push(route) })
  }
  subscribe('fastify.initialization', listen)
  const { app } = await build()
  unsubscribe('fastify.initialization', listen)
  return (routesOf.get(app) ?? []).filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS').map(({ method, url, config, schema = {} }): Route => ({
    name: `${String(method)} ${url}`,
    method: String(method),
    path: url,
    policy: config?.policy,
    scope: config?.scope,
    isDocumented: schema.hide !== true,
    isStream: config?.isStream === true,
    body: (schema.body as { readonly $ref?: string } | undefined)?.$ref?.replace('#', ''),
    query: requiredQuery(schema.querystring as Query | undefined),
  }))
}

function requiredQuery ({ required = [], properties = {} }: Query = {}): Record<string, string> {
  return Object.fromEntries(required.map((name) => [name, properties[name]?.enum?.[0] ?? properties[name]?.examples?.[0] ?? 'none']))
}
