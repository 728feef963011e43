import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'

export interface Registered {
  /** Such as `GET /api/messages`. */
  readonly name: string
  readonly policy: string | undefined
}

/** Every route that the app really registers while it is built, documented or not; HEAD goes with its GET. */
export async function registeredRoutes (build: () => Promise<{ app: FastifyInstance }>): Promise<Registered[]> {
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
  return (routesOf.get(app) ?? [])
    .filter(({ method }) => method !== 'HEAD')
    .map(({ method, url, config }) => ({ name: `${String(method)} ${url}`, policy: config?.policy }))
}
