import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'

export interface Registered {
  /** Such as `GET /api/messages`. */
  readonly name: string
  readonly policy: string | undefined
}

/** Every route that whatever `build` builds really registers, documented or not; HEAD goes with its GET. */
export async function registeredRoutes (build: () => Promise<unknown>): Promise<Registered[]> {
  const routes: RouteOptions[] = []
  const listen = (message: unknown): void => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', (route) => { routes.push(route) })
  }
  subscribe('fastify.initialization', listen)
  await build()
  unsubscribe('fastify.initialization', listen)
  return routes
    .filter(({ method }) => method !== 'HEAD')
    .map(({ method, url, config }) => ({ name: `${String(method)} ${url}`, policy: config?.policy }))
}
